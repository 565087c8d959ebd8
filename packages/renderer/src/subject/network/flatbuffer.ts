/** Reads tables of a FlatBuffer: fields by their index in the schema, absent ones as nothing. */
export class Table {
  readonly #bytes: DataView;
  readonly #at: number;

  private constructor(bytes: DataView, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  static root(bytes: DataView): Table {
    return new Table(bytes, bytes.getUint32(0, true));
  }

  #field(index: number): number | null {
    const layout = this.#at - this.#bytes.getInt32(this.#at, true);
    const place = 4 + 2 * index;
    const offset =
      place < this.#bytes.getUint16(layout, true) ? this.#bytes.getUint16(layout + place, true) : 0;
    return offset === 0 ? null : this.#at + offset;
  }

  byte(index: number): number {
    const at = this.#field(index);
    return at === null ? 0 : this.#bytes.getUint8(at);
  }

  int(index: number): number {
    const at = this.#field(index);
    return at === null ? 0 : this.#bytes.getInt32(at, true);
  }

  table(index: number): Table | null {
    const at = this.#field(index);
    return at === null ? null : new Table(this.#bytes, this.#follow(at));
  }

  ints(index: number): number[] {
    return this.#elements(index).map((at) => this.#bytes.getInt32(at, true));
  }

  tables(index: number): Table[] {
    return this.#elements(index).map((at) => new Table(this.#bytes, this.#follow(at)));
  }

  bytes(index: number): DataView {
    const at = this.#field(index);
    const start = at === null ? 0 : this.#follow(at);
    const length = at === null ? 0 : this.#bytes.getUint32(start, true);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start + 4, length);
  }

  #follow(at: number): number {
    return at + this.#bytes.getUint32(at, true);
  }

  /** Where the elements of a vector of four bytes each lie. */
  #elements(index: number): number[] {
    const at = this.#field(index);
    if (at === null) return [];
    const start = this.#follow(at);
    return Array.from({ length: this.#bytes.getUint32(start, true) }, (_, i) => start + 4 + 4 * i);
  }
}
