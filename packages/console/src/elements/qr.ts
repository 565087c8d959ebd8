import { encodeQR } from 'qr';
import { html, type TemplateResult } from 'lit';

/** A QR code as one path, with the quiet zone that readers need. */
export function qrCode(text: string, label: string): TemplateResult {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 2 });
  const path = rows
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
  return html`<svg
    viewBox="0 0 ${rows.length} ${rows.length}"
    role="img"
    aria-label=${label}
    shape-rendering="crispEdges"
  >
    <path d=${path} />
  </svg>`;
}
