import type { Pricing, PhotoLimits } from './catalogue/model.ts';
import type { ModelSheet } from './catalogue/sheet.ts';
import type { PhotoRules } from './port.ts';

/** What every outside provider is told by the operator. */
export interface OutsideSettings {
  concurrency: number;
  dailyMicros: number | null;
  pricing: Pricing;
  photoLimits: PhotoLimits;
}

/** What every outside provider does alike. */
export function outsideBasics<S extends ModelSheet>(
  sheets: S[],
  { concurrency, dailyMicros }: OutsideSettings,
) {
  const byId = new Map(sheets.map((sheet) => [sheet.id, sheet]));
  const sheet = (model: string): S => {
    const found = byId.get(model);
    if (!found) throw new Error(`there is no sheet of ${model}`);
    return found;
  };
  return {
    sheets,
    sheet,
    limits: { concurrency, dailyMicros },
    photoRules(model: string): PhotoRules {
      const { max_bytes, min_side, min_ratio, max_ratio } = sheet(model).photo;
      return { maxBytes: max_bytes, minSide: min_side, minRatio: min_ratio, maxRatio: max_ratio };
    },
  };
}
