import { base } from './base.ts';
import { controls } from './controls.ts';
import { layout } from './layout.ts';
import { states } from './states.ts';

export const styles = [base, controls, layout, states];
