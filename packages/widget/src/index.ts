export { ImgvidGenerator } from './generator.ts';
export type { ImgvidEventDetails, ImgvidEventName, Stage } from './events.ts';
export type { WidgetErrorCode } from './errors.ts';
export type { State } from './state.ts';
export type { Messages, Text, TextName } from './texts/texts.ts';
