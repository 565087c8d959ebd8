import { html } from 'lit';
import type { Route } from './router.ts';

const siteTab = (
  tab: string,
  title: string,
  permission: 'sites:read' | 'keys:read' = 'sites:read',
): Route => ({
  path: `sites/:site/${tab}`,
  title,
  access: { permission },
  load: () => import('./pages/site/site.ts'),
  render: ({ site }) => html`<page-site .site=${site ?? ''} .tab=${tab}></page-site>`,
});

/** Every address of the console. */
export const routes: readonly Route[] = [
  {
    path: 'sign-in',
    title: 'Sign in',
    access: 'public',
    load: () => import('./pages/gate/sign-in.ts'),
    render: () => html`<page-sign-in></page-sign-in>`,
  },
  {
    path: 'sign-in/link',
    title: 'Sign in',
    access: 'public',
    load: () => import('./pages/gate/sign-in-link.ts'),
    render: () => html`<page-sign-in-link></page-sign-in-link>`,
  },
  {
    path: 'sign-up',
    title: 'Make an account',
    access: 'public',
    load: () => import('./pages/gate/sign-up.ts'),
    render: () => html`<page-sign-up></page-sign-up>`,
  },
  {
    path: 'sign-up/complete',
    title: 'Make an account',
    access: 'public',
    load: () => import('./pages/gate/sign-up-complete.ts'),
    render: () => html`<page-sign-up-complete></page-sign-up-complete>`,
  },
  {
    path: 'password-reset',
    title: 'A new password',
    access: 'public',
    load: () => import('./pages/gate/password-reset.ts'),
    render: () => html`<page-password-reset></page-password-reset>`,
  },
  {
    path: 'email-change',
    title: 'Your new address',
    access: 'public',
    load: () => import('./pages/gate/email-change.ts'),
    render: () => html`<page-email-change></page-email-change>`,
  },
  {
    path: 'email-change/stop',
    title: 'Keep your address',
    access: 'public',
    load: () => import('./pages/gate/email-change.ts'),
    render: () => html`<page-email-change stop></page-email-change>`,
  },
  {
    path: '',
    title: 'Overview',
    access: { permission: 'usage:read' },
    load: () => import('./pages/overview.ts'),
    render: () => html`<page-overview></page-overview>`,
  },
  {
    path: 'videos',
    title: 'Videos',
    access: { permission: 'generations:read' },
    load: () => import('./pages/videos/videos.ts'),
    render: () => html`<page-videos></page-videos>`,
  },
  {
    path: 'videos/:video',
    title: 'Video',
    access: { permission: 'generations:read' },
    load: () => import('./pages/videos/video.ts'),
    render: ({ video }) => html`<page-video .video=${video ?? ''}></page-video>`,
  },
  {
    path: 'sites',
    title: 'Sites',
    access: { permission: 'sites:read' },
    load: () => import('./pages/sites.ts'),
    render: () => html`<page-sites></page-sites>`,
  },
  siteTab('setup', 'Set up'),
  siteTab('origins', 'Origins'),
  siteTab('keys', 'Keys', 'keys:read'),
  siteTab('look', 'Look'),
  siteTab('limits', 'Limits'),
  siteTab('settings', 'Settings'),
  {
    path: 'usage',
    title: 'Usage',
    access: { permission: 'usage:read' },
    load: () => import('./pages/usage.ts'),
    render: () => html`<page-usage></page-usage>`,
  },
  {
    path: 'tenant/deletion',
    title: 'Delete everything',
    access: { permission: 'tenant:delete' },
    load: () => import('./pages/tenant/deletion.ts'),
    render: () => html`<page-tenant-deletion></page-tenant-deletion>`,
  },
  {
    path: 'account',
    title: 'Account security',
    access: 'person',
    load: () => import('./pages/account/account.ts'),
    render: () => html`<page-account></page-account>`,
  },
];
