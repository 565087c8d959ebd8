import type { FileHandle } from 'node:fs/promises';
import type { Provenance } from './types.ts';

/**
 * What the file says about AI having made it, looked for in its bytes rather than in its metadata structures: the
 * IPTC term's URI stands as plain text in XMP and in C2PA claims alike, in every container, and a damaged
 * structure cannot hide it. https://cv.iptc.org/newscodes/digitalsourcetype/
 */
export async function readProvenance(file: FileHandle): Promise<Provenance> {
  const found: Provenance = { digitalSourceType: null, c2pa: false };
  const window = Buffer.alloc(windowBytes);
  let kept = 0;
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(window, kept, windowBytes - kept, at);
    if (bytesRead === 0) return found;
    at += bytesRead;
    const bytes = window.subarray(0, kept + bytesRead);
    found.digitalSourceType ??= sourceTypeIn(bytes);
    found.c2pa ||= bytes.includes(c2paDescription);
    if (found.digitalSourceType !== null && found.c2pa) return found;
    // The end is looked at again with what follows, so that nothing is cut in two.
    kept = Math.min(bytes.length, overlapBytes);
    bytes.copy(window, 0, bytes.length - kept);
  }
}

const windowBytes = 1024 * 1024;
const overlapBytes = 128;
const vocabulary = 'newscodes/digitalsourcetype/';
const aiMade = ['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia'];

/** `jumd` and the type of a C2PA manifest store: the head of every C2PA block (C2PA specification, 11.1.4.2). */
const c2paDescription = Buffer.concat([
  Buffer.from('jumd', 'latin1'),
  Buffer.from('6332706100110010800000aa00389b71', 'hex'),
]);

function sourceTypeIn(bytes: Buffer): string | null {
  for (let at = bytes.indexOf(vocabulary); at !== -1; at = bytes.indexOf(vocabulary, at + 1)) {
    const from = at + vocabulary.length;
    const term = aiMade.find((name) => bytes.toString('latin1', from, from + name.length) === name);
    if (term) return `http://cv.iptc.org/${vocabulary}${term}`;
  }
  return null;
}
