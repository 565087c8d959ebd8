/** A text, or its plural forms. `{name}` stands for a value. */
export type Text =
  string | ({ readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>);
