import { movesOf, PEOPLE_NEARNESS, SUBJECT_NEARNESS, type CameraMove, type Size } from '../moves/index.ts';
import type { RenderRequest } from '../request.ts';
import { LAYER_CONFIDENCE, separate, separatePatch, separatePeople } from '../subject/index.ts';
import type { Box, Separated, SubjectAnalysis } from '../subject/index.ts';

/** How a subject comes to be a layer of its own. */
export interface Separation {
  take(rgb: Uint8Array, size: Size): Separated;
  /** As in `SubjectPlace`. */
  nearness: number;
  /** What must stay in the picture, where that is more than is known without it. */
  keep: Box | null;
}

/** Moves in which the subject leaves its place: only a thing that is cut out can, and people would look like cardboard. */
const leavesItsPlace = (move: CameraMove): boolean => move === 'spin' || move === 'float';

/** How a subject is best told from what lies behind it; null where it had better not be. */
export function separation(request: RenderRequest, seen: SubjectAnalysis): Separation | null {
  const { segment, patch, people, confidence, box: keep } = seen;
  const cutOut = segment && {
    take: (rgb: Uint8Array, size: Size) => separate(rgb, size, segment),
    nearness: SUBJECT_NEARNESS,
    keep,
  };
  if (cutOut && confidence >= LAYER_CONFIDENCE) return cutOut;
  const stays = !movesOf(request).some(leavesItsPlace);
  if (patch && stays)
    return { take: (rgb, size) => separatePatch(rgb, size, patch), nearness: SUBJECT_NEARNESS, keep };
  // Of people it is the heads, which the camera knows already.
  if (people && stays)
    return { take: (rgb, size) => separatePeople(rgb, size, people), nearness: PEOPLE_NEARNESS, keep: null };
  return request.depth === 'layers' ? cutOut : null;
}
