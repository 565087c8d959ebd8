import type { CameraMove } from './paths.ts';

const left = 'left|izquierda|gauche|links|esquerda|sinistra|左';
const right = 'right|derecha|droite|rechts|direita|destra|右';
const up = 'up(?:wards?)?|arriba|haut|oben|hoch|cima|alto|上';
const down = 'down(?:wards?)?|abajo|bas|unten|runter|baixo|basso|下';
const pan =
  'pan|pans|panning|slides?|truck|paneo|panor\\w*|déplac\\w*|schwenk\\w*|panorâmic\\w*|desliz\\w*|carrellata|パン|平移|摇镜';
const surelyPan =
  'panning|pan (?:across|over)|camera pans?|paneo|schwenk\\w*|carrellata|カメラ.?パン|平移|摇镜';
const tilt = 'tilt|tilts|tilting|pedestal|crane|inclin\\w*|neig\\w*|kipp\\w*|ティルト|チルト|俯仰';
const orbit =
  'orbit\\w*|arc shot|arcs|arcing|(?:circl|revolv|mov|rotat)(?:e|es|ing) around|camera around|órbita|alrededor|autour|umkreis\\w*|herum|ao redor|intorno|オービット|回り込|环绕|環繞';
const zoomIn =
  'zoom(?:s|ing)?[ -]?in|push(?:es|ing)?[ -]?in|dolly[ -]?in|moves? closer|closer|acerc\\w*|zoom avant|rapproch\\w*|heranzoom\\w*|reinzoom\\w*|heran|näher|aproxim\\w*|avvicin\\w*|ズームイン|寄り|近づ|推近|拉近|推镜|放大';
const zoomOut =
  'zoom(?:s|ing)?[ -]?out|pull(?:s|ing)?[ -]?(?:out|back)|dolly[ -]?out|moves? away|alej\\w*|zoom arrière|éloign\\w*|herauszoom\\w*|rauszoom\\w*|afast\\w*|allontan\\w*|ズームアウト|引き|遠ざ|拉远|拉遠|拉镜|缩小';
const rackFocus =
  'rack(?:ing)? focus|focus pull|pull focus|shift(?:ing)? focus|cambio de foco|bascule de point|schärfe(?:nzug|verlagerung)|mudança de foco|cambio di fuoco|ピント送り|移焦|拉焦';
const spin =
  '(?:spins?|spinning|turntable|rotat(?:es?|ing)) ?(?:product|object|it)?|giratori[oa]|tournant|dreh\\w*|girando|ruota\\w*|回転|旋转|旋轉';
const reveal = 'reveals?|revealing|revel\\w*|révél\\w*|enthüll\\w*|rivel\\w*|現れ|揭示|揭幕';
const dollyZoom =
  'dolly[ -]?zoom\\w*|vertigo|travelling compensé|zoom compensé|zoom compensado|ドリーズーム|めまいショット|滑动变焦|希区柯克变焦';
const drift = 'drift(?:s|ing)?|parallax|paralaj\\w*|parallaxe|dériv\\w*|parallasse|パララックス|视差|視差';
const surelyDrift = 'camera drifts?|drifting|parallax|parallaxe|parallasse|パララックス|视差|視差';
const float =
  'floats?|floating|hover(?:s|ing)?|levit\\w*|flota\\w*|flott\\w*|schweb\\w*|flutua\\w*|galleggi\\w*|浮遊|漂浮|悬浮';
const handheld =
  'hand[ -]?held|shaky|cámara en mano|caméra à l.épaule|handkamera|câmera na mão|camera a mano|手持ち|手持';
const still =
  'static|still camera|no movement|fixed camera|tripod|estátic\\w*|statique|statisch|fixe|固定|静止';
const gentle =
  'slow\\w*|gentl\\w*|subtl\\w*|soft\\w*|slight\\w*|lent\\w*|suave\\w*|douce\\w*|légère\\w*|langsam\\w*|sanft\\w*|leicht\\w*|devagar|dolce\\w*|ゆっくり|缓慢|緩慢|慢慢|轻';
const bold =
  'fast|quick\\w*|rapid\\w*|dramatic\\w*|strong\\w*|dynamic\\w*|rápid\\w*|fuerte|rapide\\w*|fort|schnell\\w*|stark\\w*|forte|veloce\\w*|速く|素早|快速|强烈';

/** A word of one of our lists, not inside a longer word; scripts written without spaces have no such border. */
const word = (list: string) => new RegExp(`(?<![\\p{Script=Latin}])(?:${list})(?![\\p{Script=Latin}])`, 'iu');
const says = (prompt: string, list: string) => word(list).test(prompt);
/** Both words, close to each other, in either order: "pan" is also something to fry in. */
const near = (a: string, b: string) => `(?:${a}).{0,20}?(?:${b})|(?:${b}).{0,20}?(?:${a})`;
const fromTo = (a: string, b: string) => `(?:${a}).{1,8}(?:${b})`;

/** First match wins: what is said most exactly stands first. */
const rules: [CameraMove, string][] = [
  ['dolly_zoom', dollyZoom],
  ['orbit_left', near(orbit, left)],
  ['orbit_right', orbit],
  ['push_in', zoomIn],
  ['pull_out', zoomOut],
  ['tilt_up', near(tilt, up)],
  ['tilt_down', near(tilt, down)],
  ['pan_right', near(pan, fromTo(left, right))],
  ['pan_left', near(pan, fromTo(right, left))],
  ['pan_left', near(pan, left)],
  ['pan_right', near(pan, right)],
  ['tilt_up', near(pan, up)],
  ['tilt_down', near(pan, down)],
  ['drift_left', near(drift, left)],
  ['drift_right', near(drift, right)],
  ['drift_right', surelyDrift],
  ['handheld', handheld],
  ['float', float],
  ['rack_focus', rackFocus],
  ['spin', spin],
  ['reveal', reveal],
  ['static', still],
  ['push_in', 'zoom\\w*|dolly|ズーム|变焦|變焦'],
  ['pan_right', surelyPan],
];

/**
 * The camera words of a prompt ("slow zoom in", "Schwenk nach links", "カメラを右にパン") as a move and a strength,
 * or null when it has none. English, Spanish, French, German, Portuguese, Italian, Japanese, Chinese.
 */
export function moveFromPrompt(prompt: string): { move: CameraMove; strength: number } | null {
  const text = prompt.slice(0, 2000).normalize('NFC');
  const rule = rules.find(([, list]) => says(text, list));
  if (!rule) return null;
  return { move: rule[0], strength: says(text, gentle) ? 0.25 : says(text, bold) ? 0.8 : 0.5 };
}
