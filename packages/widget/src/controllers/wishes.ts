import type { CameraMove, GenerationParams, Model, SiteLook } from '@imgvid/api/types';
import { choicesOf, fit, impossible, wishesOf, type Choices, type Wished } from '../choices.ts';

/** What the visitor wants: a model, and the choices it leaves him. */
export class Wishes {
  /** All there are to choose from, the usual one first. */
  models: readonly Model[] = [];
  model: Model | null = null;
  choices: Choices | null = null;
  /** The move the prompt's words have chosen. */
  wordedMove: CameraMove | null = null;

  readonly #changed: () => void;
  /** Also what the model of now cannot do: another one may. */
  #wished: Wished = {};
  #site: Wished = {};
  #lastModel: string | null = null;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The catalogue has come, with what the site wishes. */
  offer(models: readonly Model[], defaults: SiteLook['defaults'] = {}): void {
    this.models = models;
    this.#site = wishesOf(defaults);
    this.use(this.#lastModel);
  }

  /** Goes on with this model; one that is not offered any more means the usual one. */
  use(id: string | null): void {
    this.#lastModel = id;
    this.model = this.models.find((model) => model.id === id) ?? this.models[0] ?? null;
    if (this.model) this.choices = fit(this.model, this.wished);
    this.wordedMove = null;
    this.#changed();
  }

  /** As an earlier generation was made. */
  repeat({ model, params }: { model: string; params: GenerationParams }): void {
    this.choices = this.#wished = choicesOf(params);
    this.use(model);
  }

  change(patch: Partial<Choices>): void {
    this.#wished = { ...this.#wished, ...patch };
    if (this.choices) this.choices = { ...this.choices, ...patch };
    if (patch.move) this.wordedMove = null;
    this.#changed();
  }

  /** The prompt changed. Where its words choose the camera move, they do so at once. */
  async say(prompt: string): Promise<void> {
    this.change({ prompt });
    if (this.model?.prompt?.role !== 'camera') return;
    const { moveFromPrompt } = await import('../lazy/prompt.ts');
    if (this.choices?.prompt !== prompt) return;
    const found = moveFromPrompt(prompt);
    const able = found && this.model.camera_moves.some((move) => move === found.move) ? found : null;
    if (able) this.change(able);
    this.wordedMove = able?.move ?? null;
    this.#changed();
  }

  /** As at first; the model stays. */
  reset(): void {
    this.#wished = {};
    this.use(this.#lastModel);
  }

  get impossible(): string | null {
    return this.model && this.choices ? impossible(this.model, this.choices) : null;
  }

  /** Whatever the model: those of the visitor, and of the site where he has none. */
  get wished(): Wished {
    return { ...this.#site, ...this.#wished };
  }
}
