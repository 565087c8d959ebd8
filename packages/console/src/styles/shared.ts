import { base } from './base.ts';
import { buttons } from './buttons.ts';
import { fields } from './fields.ts';
import { layout } from './layout.ts';
import { states } from './states.ts';
import { tables } from './tables.ts';

/** What every component of the console wears. */
export const shared = [base, layout, buttons, fields, states, tables];
