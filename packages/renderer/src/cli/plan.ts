import { existsSync, globSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { outputPaths, type RenderRequest } from '../request.ts';
import { UsageError, type Options } from './options.ts';

export interface Job {
  photo: string;
  /** The folder that gets the files. */
  folder: string;
  request: RenderRequest;
}

/** What to make of which photo, and where it goes. Throws a UsageError before anything is touched. */
export function planJobs(options: Options): Job[] {
  const photos = [...new Set(options.photos.flatMap(photosOf))];
  const toFile = /\.mp4$/i.test(options.out);
  if (toFile && photos.length > 1)
    throw new UsageError(`${options.out} is one file, and there are ${photos.length} photos: name a folder.`);
  const jobs = photos.map((photo) => {
    const folder = toFile ? dirname(options.out) : options.out;
    const name = basename(toFile ? options.out : photo, extname(toFile ? options.out : photo));
    return { photo, folder, request: requestOf(photo, join(folder, name), options) };
  });
  refuseDoubles(jobs);
  if (!options.force) refuseExisting(jobs);
  return jobs;
}

function photosOf(word: string): string[] {
  if (existsSync(word)) {
    if (!statSync(word).isDirectory()) return [word];
    throw new UsageError(`${word} is a folder; name its photos, such as '${join(word, '*.jpg')}'.`);
  }
  if (!/[*?[{]/.test(word)) throw new UsageError(`There is no file ${word}.`);
  const found = globSync(word).filter((path) => statSync(path).isFile());
  if (found.length === 0) throw new UsageError(`No photo matches ${word}.`);
  return found.toSorted();
}

function requestOf(photo: string, stem: string, { extras, look }: Options): RenderRequest {
  return {
    ...look,
    photo,
    output: `${stem}.mp4`,
    ...(extras.poster && { poster: `${stem}.poster.jpg` }),
    ...(extras.thumbnails && { thumbnails: [1, 2, 3].map((n) => `${stem}.thumb-${n}.jpg`) }),
    ...(extras.storyboard && {
      storyboard: { image: `${stem}.storyboard.jpg`, vtt: `${stem}.storyboard.vtt` },
    }),
    ...(extras.preview && { preview: `${stem}.preview.webp` }),
    ...(extras.webm && { webm: `${stem}.webm` }),
  };
}

function refuseDoubles(jobs: Job[]): void {
  const makers = new Map<string, string>();
  for (const { photo, request } of jobs) {
    const other = makers.get(request.output);
    if (other) throw new UsageError(`${other} and ${photo} would both become ${request.output}.`);
    makers.set(request.output, photo);
  }
}

function refuseExisting(jobs: Job[]): void {
  const there = jobs.flatMap(({ request }) => outputPaths(request)).filter((path) => existsSync(path));
  if (there.length === 0) return;
  const more = there.length > 3 ? ` and ${there.length - 3} more` : '';
  const verb = there.length === 1 ? 'is there already' : 'are there already';
  throw new UsageError(`${there.slice(0, 3).join(', ')}${more} ${verb}; --force replaces.`);
}

/** The same request with every file in another folder. */
export function movedTo(folder: string, request: RenderRequest): RenderRequest {
  const to = (path: string) => join(folder, basename(path));
  const { poster, thumbnails, storyboard, preview, webm } = request;
  return {
    ...request,
    photo: resolve(request.photo),
    output: to(request.output),
    ...(poster !== undefined && { poster: [poster].flat().map(to) }),
    ...(thumbnails && { thumbnails: thumbnails.map(to) }),
    ...(storyboard && { storyboard: { image: to(storyboard.image), vtt: to(storyboard.vtt) } }),
    ...(preview !== undefined && { preview: to(preview) }),
    ...(webm !== undefined && { webm: to(webm) }),
  };
}
