import type { View } from '../view.ts';
import { WidgetError } from '../errors.ts';
import { html, render } from 'lit';
import { cameraStyles } from '../styles/camera.ts';
import { wear } from '../styles/wear.ts';
import { icon } from '../views/icons.ts';

const stopTracks = (stream: MediaStream | null): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

/**
 * Opens the device's camera in a dialog of the widget and gives the photo taken, or null when it was closed.
 *
 * @throws WidgetError `camera_unavailable`
 */
export async function takePhoto({ texts }: View, root: ParentNode): Promise<Blob | null> {
  const { t } = texts;
  const dialog = document.createElement('dialog');
  dialog.className = 'camera';
  dialog.setAttribute('aria-label', t('takePhoto'));
  root.append(dialog);
  wear(dialog.getRootNode(), cameraStyles);
  let stream: MediaStream | null = null;
  let facing: 'user' | 'environment' = 'environment';
  let result: Blob | null = null;

  const draw = (ready: boolean): void => {
    render(
      html`<video class=${facing === 'user' ? 'mirrored' : ''} playsinline .muted=${true}></video>
        <div class="camera-bar">
          <button
            class="round"
            type="button"
            aria-label=${t('close')}
            title=${t('close')}
            @click=${() => dialog.close()}
          >
            ${icon('close')}
          </button>
          <button
            class="shutter"
            type="button"
            aria-label=${t('takePhoto')}
            title=${t('takePhoto')}
            ?disabled=${!ready}
            @click=${() => void shoot()}
          ></button>
          <button
            class="round"
            type="button"
            aria-label=${t('switchCamera')}
            title=${t('switchCamera')}
            ?disabled=${!ready}
            @click=${() => void turn()}
          >
            ${icon('again')}
          </button>
        </div>`,
      dialog,
    );
  };
  const open = async (): Promise<void> => {
    stopTracks(stream);
    draw(false);
    const video = { facingMode: facing, width: { ideal: 4096 }, height: { ideal: 4096 } };
    stream = await navigator.mediaDevices.getUserMedia({ video });
    // Closed while the browser was still asking for permission.
    if (!dialog.open) return stopTracks(stream);
    const screen = dialog.querySelector('video');
    if (!screen) return;
    screen.srcObject = stream;
    await screen.play();
    draw(true);
  };
  const turn = async (): Promise<void> => {
    facing = facing === 'user' ? 'environment' : 'user';
    await open().catch(() => dialog.close());
  };
  const shoot = async (): Promise<void> => {
    const screen = dialog.querySelector('video');
    if (!screen?.videoWidth) return;
    const canvas = document.createElement('canvas');
    canvas.width = screen.videoWidth;
    canvas.height = screen.videoHeight;
    canvas.getContext('2d')?.drawImage(screen, 0, 0);
    result = await new Promise((resolve) => {
      canvas.toBlob(resolve, 'image/jpeg', 0.95);
    });
    dialog.close();
  };

  try {
    dialog.showModal();
    const closed = new Promise<void>((resolve) => {
      dialog.addEventListener('close', () => resolve(), { once: true });
    });
    await open();
    await closed;
    return result;
  } catch {
    throw new WidgetError('camera_unavailable');
  } finally {
    stopTracks(stream);
    dialog.remove();
  }
}
