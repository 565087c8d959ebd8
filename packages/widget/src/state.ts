/**
 * Where a visitor is on his way from photo to video, and which steps lead on. Whatever is not in the table does
 * not happen: a late answer to something given up long ago changes nothing.
 */
export type State = 'loading' | 'empty' | 'uploading' | 'ready' | 'working' | 'done' | 'failed';

export type Step =
  /** Nothing to take up again. */
  | 'idle'
  /** A generation under way was found again. */
  | 'resume'
  /** A photo was taken in and is on its way up. */
  | 'photo'
  /** The photo has arrived and can be used. */
  | 'uploaded'
  /** "Create" was pressed. */
  | 'submit'
  /** "Create" was taken back before the photo had arrived. */
  | 'withdraw'
  | 'canceled'
  | 'succeeded'
  | 'failed'
  /** The choices again, with the photo already there. */
  | 'again'
  /** Everything from the start. */
  | 'reset';

const table: Record<State, Partial<Record<Step, State>>> = {
  loading: { idle: 'empty', resume: 'working', succeeded: 'done', failed: 'failed', again: 'ready' },
  empty: { photo: 'uploading', succeeded: 'done' },
  uploading: { photo: 'uploading', uploaded: 'ready', submit: 'working', failed: 'failed' },
  ready: { photo: 'uploading', submit: 'working', succeeded: 'done', failed: 'failed' },
  working: { withdraw: 'uploading', canceled: 'ready', succeeded: 'done', failed: 'failed' },
  done: { photo: 'uploading', again: 'ready', succeeded: 'done' },
  failed: { photo: 'uploading', submit: 'working', again: 'ready', succeeded: 'done' },
};

/** The state a step leads to, or null where the step is not possible. */
export function next(state: State, step: Step): State | null {
  if (step === 'reset') return 'empty';
  return table[state][step] ?? null;
}
