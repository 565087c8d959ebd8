import { aspectRatios, cameraMoves, easings, resolutions } from '../moves/index.ts';

/** Names in lines no wider than a terminal of 80 columns. */
function wrapped(names: readonly string[], indent: string): string {
  const lines = [''];
  for (const name of names) {
    const line = lines.at(-1) ?? '';
    if (line && indent.length + line.length + name.length + 2 > 79) lines.push(name);
    else lines[lines.length - 1] = line ? `${line}, ${name}` : name;
  }
  return lines.join(`,\n${indent}`);
}

const column = ' '.repeat(24);

export const help = `Turns photos into videos by moving a camera over them.

  imgvid-render photo.jpg
  imgvid-render photo.jpg --move orbit_left --aspect 9:16 --out clips/
  imgvid-render 'products/*.jpg' --move push_in --poster --preview --out clips/

Camera
  -m, --move NAME       ${wrapped(cameraMoves, column)}.
                        Up to three at once: push_in,pan_right. [push_in]
      --strength 0..1   How far the camera goes. [0.5]
      --focus X,Y       The point to care about, 0..1 from the top left.
      --easing NAME     ${wrapped(easings, column)}. [smooth]
      --depth NAME      auto, flat or layers: whether the subject moves before
                        its background. [auto]
      --framing NAME    auto, crop, extend or bars: what to do where the video's
                        shape is not the photo's. [auto]
      --loop            The end meets the beginning without a seam.
      --seed N          Another variant of handheld. [0]

Video
  -d, --duration S      3 to 10 seconds. [5]
  -r, --resolution NAME ${wrapped(resolutions, column)}. [720p]
  -a, --aspect NAME     ${wrapped(aspectRatios, column)}. [source]
      --fps N           24, 30 or 60. [30]
      --background HEX  Behind transparent parts. [#ffffff]
      --max-size SIZE   No video larger than this, such as 4MB or 900kB.
      --silent-audio    A track of silence, for platforms that demand sound.

Files, beside NAME.mp4
      --poster          NAME.poster.jpg: the first frame.
      --thumbnails      NAME.thumb-1.jpg to -3.jpg: beginning, middle, end.
      --storyboard      NAME.storyboard.jpg and .vtt, for a player's seek bar.
      --preview         NAME.preview.webp: small, moving, three seconds at most.
      --webm            NAME.webm (VP9); takes two to three times as long.

  -o, --out PATH        The folder to write to, or a .mp4 for one photo. [.]
  -f, --force           Replaces files that are there.
  -j, --jobs N          Photos at once. [as cores and free memory allow]
      --json            One JSON object a photo, on a line of its own.
  -q, --quiet           Says nothing but errors.
  -h, --help            This text.
      --version         The version.

Ends with 0 when every video was made, 1 when some were not, 2 when the command
makes no sense, 130 after Ctrl-C. A video is there whole or not at all.
`;
