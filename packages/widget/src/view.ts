import type { WidgetControl } from '@imgvid/api/types';
import type { Announcer } from './controllers/announcer.ts';
import type { Flow } from './controllers/flow.ts';
import type { PreviewController } from './controllers/preview.ts';
import type { Texts } from './texts/texts.ts';

/** What a view draws from and calls: everything else of the element is its own business. */
export interface View {
  readonly flow: Flow;
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
  /** The visitor has unfolded the gallery of moves. */
  readonly allMoves: boolean;
  showAllMoves(): void;
  readonly pickPhoto: () => void;
  readonly takePhoto: () => void;
  /** Moves the focus to a part, once it is there. */
  focusPart(name: string): Promise<void>;
}
