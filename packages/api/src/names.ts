/** The names that stand in requests and answers, each list once. No dependency, so the widget may import it. */

export const cameraMoves = [
  'static',
  'push_in',
  'pull_out',
  'pan_left',
  'pan_right',
  'tilt_up',
  'tilt_down',
  'orbit_left',
  'orbit_right',
  'drift_left',
  'drift_right',
  'dolly_zoom',
  'rack_focus',
  'reveal',
  'spin',
  'float',
  'handheld',
] as const;
export type CameraMove = (typeof cameraMoves)[number];

export const resolutions = ['480p', '720p', '1080p'] as const;
export type Resolution = (typeof resolutions)[number];

export const aspectRatios = ['source', '16:9', '9:16', '1:1', '4:5', '4:3', '3:4', '21:9'] as const;
export type AspectRatio = (typeof aspectRatios)[number];

/** Photo formats taken in. What is stored afterwards is JPEG or PNG. */
export const photoTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/avif',
  'image/gif',
  'image/heic',
  'image/heif',
] as const;
export type PhotoType = (typeof photoTypes)[number];

export const generationStatuses = [
  'queued',
  'submitted',
  'running',
  'storing',
  'succeeded',
  'failed',
  'canceled',
  'expired',
] as const;
export type GenerationStatus = (typeof generationStatuses)[number];

/** Statuses that never change again. */
export const terminalStatuses = ['succeeded', 'failed', 'canceled', 'expired'] as const;

export const isTerminal = (status: GenerationStatus): boolean =>
  (terminalStatuses as readonly string[]).includes(status);

/** Server-sent events of one generation. */
export const generationEventTypes = ['status', 'progress', 'queue', 'done'] as const;
export type GenerationEventType = (typeof generationEventTypes)[number];

/** What a site may leave out of its widget. */
export const widgetControls = [
  'model',
  'camera_move',
  'camera_strength',
  'duration',
  'aspect_ratio',
  'resolution',
  'fps',
  'loop',
  'prompt',
  'negative_prompt',
  'seed',
  'end_frame',
  'take_photo',
  'history',
  'download',
  'share',
] as const;
export type WidgetControl = (typeof widgetControls)[number];

/** Texts of the widget that a site may replace. */
export const widgetTexts = [
  'title',
  'lead',
  'dropHere',
  'choose',
  'takePhoto',
  'formats',
  'chooseMove',
  'model',
  'duration',
  'shape',
  'quality',
  'more',
  'promptCamera',
  'promptScene',
  'promptExample',
  'create',
  'uploading',
  'rendering',
  'doneTitle',
  'download',
  'share',
  'again',
  'newPhoto',
  'history',
  'failedTitle',
  'errorCredits',
  'errorLimit',
  'errorSite',
] as const;
export type WidgetText = (typeof widgetTexts)[number];

/** What a secret key may be allowed to do; one without any of them may do everything. */
export const keyScopes = [
  'generations:read',
  'generations:write',
  'credits:read',
  'usage:read',
  'sites:read',
  'sites:write',
  'keys:read',
  'keys:write',
] as const;
export type KeyScope = (typeof keyScopes)[number];

/** What the audit log writes down, by what it is done to. */
export const auditActions = [
  'tenant.created',
  'tenant.changed',
  'tenant.transferred',
  'member.joined',
  'member.role_changed',
  'member.removed',
  'member.left',
  'invitation.sent',
  'invitation.revoked',
  'site.created',
  'site.changed',
  'site.deleted',
  'origin.allowed',
  'origin.removed',
  'key.created',
  'key.rotated',
  'key.revoked',
  'identity_key.created',
  'identity_key.removed',
  'credits.granted',
] as const;
export type AuditAction = (typeof auditActions)[number];
