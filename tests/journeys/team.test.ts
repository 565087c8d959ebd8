import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityProblems } from '../support/axe.ts';
import { mailedLink, password, signUp, turnOnSecondFactor } from '../support/console.ts';
import { useStage } from '../support/page.ts';

const stage = useStage();
const invitationSubject = 'You are invited to a team';

async function invite(page: Page, email: string, role: string): Promise<void> {
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('radio', { name: role }).check();
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await page.locator('pending-invitations').getByText(email).waitFor();
}

const acts = async (page: Page): Promise<string[]> =>
  page.locator('page-audit ic-rows button').allInnerTexts();

test('An owner invites a colleague, who joins without an account; roles, a second factor and the tenant change hands', async () => {
  const { url } = stage.server;
  const owner = await stage.newPage();
  await signUp(owner, url, 'ada@lamps.example');
  await owner.getByRole('link', { name: 'Members' }).click();
  await owner.getByText('Nobody is invited at the moment.').waitFor();
  await invite(owner, 'ben@lamps.example', 'Viewer');
  await invite(owner, 'eve@lamps.example', 'Billing');
  await owner.getByRole('button', { name: 'Revoke the invitation of eve@lamps.example' }).click();
  await expect
    .poll(() => owner.locator('pending-invitations').getByText('eve@lamps.example').count())
    .toBe(0);
  expect(await accessibilityProblems(owner)).toEqual([]);
  await owner.setViewportSize({ width: 390, height: 844 });
  // The table of roles is wider than a phone, and scrolls by itself.
  expect(await owner.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await owner.setViewportSize({ width: 1280, height: 900 });

  const guest = await stage.newPage();
  await guest.goto(await mailedLink(url, 'ben@lamps.example', invitationSubject));
  await guest.getByRole('heading', { name: 'Join Lamp Shop' }).waitFor();
  expect(guest.url()).not.toContain('token');
  await guest.reload();
  await guest.getByLabel('Your name').fill('Ben Bolt');
  await guest.getByLabel('Password', { exact: true }).fill(password);
  expect(await accessibilityProblems(guest)).toEqual([]);
  await guest.getByRole('button', { name: 'Make my account and join' }).click();
  await guest.getByRole('heading', { name: 'Overview' }).waitFor();
  await guest.getByRole('link', { name: 'Members' }).click();
  await guest.getByText('What roles may do').waitFor();
  expect(await guest.getByRole('button', { name: 'Invite' }).count()).toBe(0);
  expect(await guest.getByRole('link', { name: 'Audit log' }).count()).toBe(0);

  await owner.reload();
  const role = owner.getByLabel('Role of Ben Bolt');
  await role.selectOption('admin');
  await owner.getByText('Ben Bolt is now Admin.').first().waitFor();
  await owner.getByRole('button', { name: 'Undo' }).last().click();
  await expect.poll(() => role.inputValue()).toBe('viewer');

  await owner.getByRole('link', { name: 'Settings' }).click();
  await owner.getByText('Turn on your own first').waitFor();
  expect(await accessibilityProblems(owner)).toEqual([]);
  await turnOnSecondFactor(owner);
  await owner.getByRole('link', { name: 'Settings' }).click();
  await owner.getByRole('button', { name: 'Demand a second factor…' }).click();
  await owner.getByText('1 of 2 members has none.').waitFor();
  await owner.getByRole('button', { name: 'Demand it', exact: true }).click();
  await owner.getByText('demanded', { exact: true }).waitFor();
  await guest.reload();
  await guest.getByText('Lamp Shop asks for a second factor').waitFor();
  await owner.getByRole('button', { name: 'Demand it no more…' }).click();
  await owner.getByRole('button', { name: 'Demand it no more', exact: true }).click();
  await owner.getByText('not demanded', { exact: true }).waitFor();

  await owner.getByRole('link', { name: 'Audit log' }).click();
  await owner.getByText('Intact').waitFor();
  await expect
    .poll(() => acts(owner))
    .toEqual([
      'Changed the tenant: require second factor',
      'Changed the tenant: require second factor',
      'Made Ben Bolt Viewer, before Admin',
      'Made Ben Bolt Admin, before Viewer',
      'Joined as Viewer',
      'Took the invitation of eve@lamps.example back',
      'Invited eve@lamps.example as Billing',
      'Invited ben@lamps.example as Viewer',
      'Made the tenant',
    ]);
  expect(await accessibilityProblems(owner)).toEqual([]);
  await owner.getByLabel('Who').selectOption({ label: 'Ben Bolt' });
  await expect.poll(() => acts(owner)).toEqual(['Joined as Viewer']);
  const saved = owner.waitForEvent('download');
  await owner.getByRole('button', { name: 'Export CSV' }).click();
  const csv = await readFile(await (await saved).path(), 'utf8');
  expect(csv.trim().split('\r\n')).toHaveLength(10);

  await owner.getByRole('link', { name: 'Settings' }).click();
  await owner.getByRole('button', { name: 'Hand over…' }).click();
  await owner.getByLabel('Type Lamp Shop to go on').fill('Lamp Shop');
  await owner.getByRole('button', { name: 'Hand over', exact: true }).click();
  await owner.getByText('Ben Bolt is the owner now.').first().waitFor();
  await expect.poll(() => owner.getByRole('link', { name: 'Audit log' }).count()).toBe(0);

  // He who made it is out now, and begins anew.
  await guest.reload();
  await guest.getByRole('link', { name: 'Members' }).click();
  await guest.getByRole('button', { name: 'Remove Ada Byron' }).click();
  await guest.getByRole('button', { name: 'Remove member' }).click();
  await guest.getByText('Ada Byron was removed.').first().waitFor();
  await owner.getByRole('link', { name: 'Usage' }).click();
  await owner.getByRole('heading', { name: 'You belong to no tenant' }).waitFor();
  expect(await accessibilityProblems(owner)).toEqual([]);
  await owner.getByRole('button', { name: 'New tenant' }).last().click();
  await owner.getByLabel('Company, shop or project').fill('Chairs');
  await owner.getByRole('button', { name: 'Make tenant' }).click();
  await owner.getByText('Chairs is yours. Everything here is of it now.').first().waitFor();
  await owner.getByRole('heading', { name: 'Overview' }).waitFor();
  await owner.getByRole('button', { name: 'New tenant' }).click();
  await owner.getByLabel('Company, shop or project').fill('Tables');
  await owner.getByRole('button', { name: 'Make tenant' }).click();
  const tenants = owner.getByLabel('Tenant', { exact: true });
  await expect
    .poll(() => tenants.locator('option:checked').allTextContents())
    .toEqual([expect.stringContaining('Tables')]);
  // The console asks who is signed in before anybody is.
  stage.expects(/status of (401|404)/);
});
