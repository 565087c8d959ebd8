import type { Model, WidgetControl } from '@imgvid/api/types';
import type { CSSResult, nothing, TemplateResult } from 'lit';
import type { Choices } from './choices.ts';
import type { Announcer } from './controllers/announcer.ts';
import type { Flow } from './controllers/flow.ts';
import type { PreviewController } from './controllers/preview.ts';
import type { Session } from './session.ts';
import type { Texts } from './texts/texts.ts';

/** Controls in a chunk of their own, which is on its way while the visitor chooses his photo. */
export interface LateControls {
  moreStyles: CSSResult;
  modelView(view: View): TemplateResult | typeof nothing;
  moreView(view: View, model: Model, choices: Choices): TemplateResult | typeof nothing;
}

/** What a view draws from and calls: everything else of the element is its own business. */
export interface View {
  readonly flow: Flow;
  readonly session: Session;
  readonly preview: PreviewController;
  readonly announcer: Announcer;
  readonly texts: Texts;
  /** A test key: nothing real is spent. */
  readonly isTest: boolean;
  /** Where a camera can be used from a desk; telephones have one behind their file picker. */
  readonly camera: 'none' | 'picker' | 'live';
  readonly dragging: boolean;
  /** The site's owner has left this control out. */
  hides(control: WidgetControl): boolean;
  /** Controls that come after the first view; null until they have arrived. */
  readonly more: LateControls | null;
  /** The visitor has unfolded the gallery of moves. */
  readonly allMoves: boolean;
  showAllMoves(): void;
  readonly pickPhoto: () => void;
  readonly takePhoto: () => void;
  /** Moves the focus to a part, once it is there. */
  focusPart(name: string): Promise<void>;
}
