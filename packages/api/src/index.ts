export * from './errors.ts';
export * from './names.ts';
export * from './schemas/common.ts';
export * from './schemas/credits.ts';
export * from './schemas/generations.ts';
export * from './schemas/models.ts';
export * from './schemas/uploads.ts';
export * from './schemas/visitor-sessions.ts';
