import { cssView, type CameraMove, type Size } from '@imgvid/renderer/moves';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What the large preview shows. */
export interface Scene {
  /** The photo, upright. Drawn into the canvases once, moved by CSS after that. */
  photo: HTMLCanvasElement;
  move: CameraMove;
  strength: number;
  loop: boolean;
  durationS: number;
  /** Shape of the video, in any unit. */
  shape: Size;
}

type Host = ReactiveControllerHost & HTMLElement & { readonly renderRoot: ParentNode };

/** A tile's camera goes there and back in this time, in milliseconds. */
const tilePeriodMs = 4200;
/** Where it stands when nobody looks: half way out. */
const restPhase = 0.25;
/** How soon it is back there: after this time, a third of the way is left. */
const returnMs = 180;
const longestTile = 320;
/** After the last frame: a moment to look at it, then a short fade into the first. */
const holdMs = 500;
const fadeMs = 240;

/**
 * Plays camera moves on the visitor's own photo, with the curves of the finished video: on `canvas.stage-photo`
 * the chosen one, on each `canvas[data-move]` its own. With a mouse, a tile moves under the pointer, with the focus
 * on it, or chosen: sixteen at once would be a fairground. On a touch screen nothing hovers, so those in view move.
 * Frames are made only while something that moves can be seen, and none at all when the visitor asked his system for
 * less motion and did not press play.
 */
export class PreviewController implements ReactiveController {
  readonly #host: Host;
  readonly #scene: () => Scene | null;
  readonly #drawn = new WeakMap<HTMLCanvasElement, HTMLCanvasElement>();
  readonly #sizes = new WeakMap<Element, Size>();
  readonly #watched = new Set<Element>();
  readonly #visible = new Set<Element>();
  #resizes: ResizeObserver | null = null;
  #views: IntersectionObserver | null = null;
  #stillness: MediaQueryList | null = null;
  #hovers: MediaQueryList | null = null;
  readonly #placed = new WeakMap<HTMLCanvasElement, string>();
  /** How far each tile's camera is, 0 to 1. */
  readonly #phases = new WeakMap<Element, number>();
  #wish: boolean | null = null;
  #request = 0;
  #last = 0;
  #clock = 0;
  #playing = '';

  constructor(host: Host, scene: () => Scene | null) {
    this.#host = host;
    this.#scene = scene;
    host.addController(this);
  }

  /** Whether it moves: as the visitor pressed, else as his system is set. */
  get playing(): boolean {
    return this.#wish ?? !this.#stillness?.matches;
  }

  toggle(): void {
    this.#wish = !this.playing;
    this.#host.requestUpdate();
  }

  hostConnected(): void {
    this.#stillness = matchMedia('(prefers-reduced-motion: reduce)');
    this.#hovers = matchMedia('(hover: hover)');
    this.#stillness.addEventListener('change', this.#redraw);
    this.#resizes = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) this.#sizes.set(target, contentRect);
      this.#fitFrame();
      this.#tick(this.#last);
    });
    this.#views = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#visible.add(target);
        else this.#visible.delete(target);
      }
      this.#run();
    });
    if (this.#host.isConnected) this.#redraw();
  }

  hostDisconnected(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    this.#stillness?.removeEventListener('change', this.#redraw);
    this.#resizes?.disconnect();
    this.#views?.disconnect();
    this.#watched.clear();
    this.#visible.clear();
  }

  hostUpdated(): void {
    const scene = this.#scene();
    const root = this.#host.renderRoot;
    const now = new Set<Element>(root.querySelectorAll('.stage, .frame, .moving'));
    for (const element of this.#watched) if (!now.has(element)) this.#forget(element);
    for (const element of now) {
      if (scene) this.#draw(element, scene.photo);
      if (this.#watched.has(element)) continue;
      this.#watched.add(element);
      this.#resizes?.observe(element);
      if (element.classList.contains('moving')) this.#views?.observe(element);
    }
    // A new move or length starts from its first frame; a change of strength is seen where it is.
    const playing = scene ? `${scene.move} ${scene.durationS} ${scene.loop}` : '';
    if (playing !== this.#playing) this.#clock = 0;
    this.#playing = playing;
    this.#fitFrame();
    this.#run();
    if (!this.#request) this.#place();
  }

  #forget(element: Element): void {
    this.#watched.delete(element);
    this.#visible.delete(element);
    this.#resizes?.unobserve(element);
    this.#views?.unobserve(element);
  }

  readonly #redraw = (): void => this.#host.requestUpdate();

  #draw(element: Element, photo: HTMLCanvasElement): void {
    const canvas = element.querySelector<HTMLCanvasElement>(':scope > canvas');
    if (!canvas || this.#drawn.get(canvas) === photo) return;
    this.#drawn.set(canvas, photo);
    const longest = element.classList.contains('tile-view') ? longestTile : Infinity;
    const scale = Math.min(1, longest / Math.max(photo.width, photo.height));
    canvas.width = Math.max(1, Math.round(photo.width * scale));
    canvas.height = Math.max(1, Math.round(photo.height * scale));
    canvas.getContext('2d')?.drawImage(photo, 0, 0, canvas.width, canvas.height);
  }

  /** The video's shape, as large as it fits into the stage. */
  #fitFrame(): void {
    const stage = this.#host.renderRoot.querySelector('.stage');
    const frame = this.#host.renderRoot.querySelector<HTMLElement>('.frame');
    const room = stage && this.#sizes.get(stage);
    const shape = this.#scene()?.shape;
    // Hidden, as in a closed tab of the page, it keeps its size, so that it does not grow again when it is shown.
    if (!room?.width || !frame || !shape) return;
    const scale = Math.min(room.width / shape.width, room.height / shape.height);
    frame.style.width = `${Math.round(shape.width * scale)}px`;
    frame.style.height = `${Math.round(shape.height * scale)}px`;
  }

  #run(): void {
    const moves = this.playing && this.#visible.size > 0 && this.#scene() !== null;
    if (moves && !this.#request) {
      this.#last = 0;
      this.#request = requestAnimationFrame(this.#tick);
    } else if (!moves) {
      cancelAnimationFrame(this.#request);
      this.#request = 0;
    }
  }

  readonly #tick = (now: number): void => {
    if (this.#request) {
      // Time stands still while nothing is shown, so nothing jumps when it is shown again.
      const passed = this.#last ? Math.min(100, Math.max(0, now - this.#last)) : 0;
      this.#clock += passed;
      this.#advanceTiles(passed);
      this.#last = now;
      this.#request = requestAnimationFrame(this.#tick);
    }
    this.#place();
  };

  #advanceTiles(passed: number): void {
    for (const element of this.#visible) {
      const tile = element.closest('.tile');
      if (!tile) continue;
      const phase = this.#phases.get(element) ?? restPhase;
      const lookedAt = !this.#hovers?.matches || tile.matches(':hover, :focus-within, :has(:checked)');
      if (lookedAt) {
        this.#phases.set(element, (phase + passed / tilePeriodMs) % 1);
        continue;
      }
      const away = restPhase - phase;
      // Through the seam of the loop where that is nearer.
      const nearest = away < -0.5 ? away + 1 : away;
      const moved = Math.abs(nearest) < 1e-3 ? nearest : nearest * (1 - Math.exp(-passed / returnMs));
      this.#phases.set(element, (phase + moved) % 1);
    }
  }

  #place(): void {
    const scene = this.#scene();
    if (!scene) return;
    for (const element of this.#watched) {
      if (!element.classList.contains('moving')) continue;
      const canvas = element.querySelector<HTMLCanvasElement>(':scope > canvas');
      const frame = this.#sizes.get(element);
      if (!canvas || !frame || frame.width === 0) continue;
      const move = canvas.dataset['move'] as CameraMove | undefined;
      const [t, opacity] = move ? [this.#tileTime(element), 1] : this.#stageTime(scene);
      // A tile at rest stays as it was placed.
      const placed = `${t} ${frame.width} ${canvas.width} ${canvas.height}`;
      if (move && this.#placed.get(canvas) === placed) continue;
      this.#placed.set(canvas, placed);
      const options = move
        ? { move, strength: 0.6, loop: true }
        : { move: scene.move, strength: scene.strength, loop: scene.loop };
      const { transform, blur } = cssView(options, canvas, frame, t);
      canvas.style.transform = transform;
      // As far out of focus as the video; in the canvas's own pixels, which the transform scales.
      canvas.style.filter =
        blur > 0 ? `blur(${(blur * 0.017 * Math.sqrt(canvas.width * canvas.height)).toFixed(1)}px)` : '';
      canvas.style.opacity = String(opacity);
    }
  }

  #tileTime(tile: Element): number {
    return this.playing ? (this.#phases.get(tile) ?? restPhase) : restPhase;
  }

  /** Where the clip is (0 to 1) and how much of it is to be seen. */
  #stageTime({ durationS, loop }: Scene): [t: number, opacity: number] {
    const length = durationS * 1000;
    if (loop) return [(this.#clock / length) % 1, 1];
    const at = this.#clock % (length + holdMs + fadeMs);
    const t = Math.min(1, at / length);
    const out = Math.max(0, (at - length - holdMs) / fadeMs);
    const back = this.#clock > length ? Math.min(1, at / fadeMs) : 1;
    return [t, Math.min(1 - out, back)];
  }
}
