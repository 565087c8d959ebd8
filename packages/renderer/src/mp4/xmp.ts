import type { DigitalSourceType } from '../request.ts';

/** The id of XMP in MP4 files (Adobe, XMP Specification Part 3, ISO base media files). */
const XMP_UUID = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');

/** What is said when nothing else is known: software moved a camera over a photo and invented nothing. */
const DEFAULT_SOURCE: DigitalSourceType = 'algorithmicallyEnhanced';

/** The IPTC term as its controlled vocabulary writes it. */
export const sourceTypeUri = (source: DigitalSourceType = DEFAULT_SOURCE) =>
  `http://cv.iptc.org/newscodes/digitalsourcetype/${source}`;

/** XMP that says how a file came to be (IPTC Photo Metadata, Iptc4xmpExt:DigitalSourceType). */
export const xmpPacket = (source?: DigitalSourceType): string =>
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
  'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="ImgVid" ' +
  `Iptc4xmpExt:DigitalSourceType="${sourceTypeUri(source)}"/>` +
  '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>';

/** The packet as a `uuid` box. It goes to the end of the file, so that no offset in it changes. */
export function xmpBox(source?: DigitalSourceType): Buffer {
  const packet = Buffer.from(xmpPacket(source));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + XMP_UUID.length + packet.length, 0);
  head.write('uuid', 4, 'latin1');
  return Buffer.concat([head, XMP_UUID, packet]);
}
