/** Why the server cannot work with the database it was given: one sentence for whoever runs it. */
export class DatabaseSetupError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'DatabaseSetupError';
  }
}
