/** How `create` and `get` fail (WebAuthn Level 3 §5.1.3, §5.1.4, §5.1.8). */

/** What the site gets to see for each name: the same for whatever caused it. */
const messages = {
  AbortError: 'The operation was aborted.',
  ConstraintError: 'No authenticator that can be used meets the requirements.',
  EncodingError: 'A value is not base64url.',
  InvalidStateError: 'The authenticator already holds one of the excluded credentials.',
  NotAllowedError: 'The operation was not allowed, or it timed out.',
  NotSupportedError: 'The request asks for something that is not supported.',
  SecurityError: 'The relying party ID is not valid for this origin.',
  SyntaxError: 'A value is not of the form that it must have.',
  TypeError: 'The request is not well-formed.',
} as const;

/** Names that reach the site: those of DOMExceptions, and `TypeError`. */
export type SiteErrorName = keyof typeof messages;

/** What may be told to the site. */
export interface SiteError {
  readonly name: SiteErrorName;
  readonly message: string;
}

/**
 * `create` or `get` failed. `message` is a sentence for the person at this computer and may say what is on it: it never goes to the
 * site. {@link WebAuthnError.forSite} does.
 */
export class WebAuthnError extends Error {
  override readonly name: SiteErrorName;

  constructor(name: SiteErrorName, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = name;
  }

  /**
   * The name and a fixed sentence for it. Refused, timed out, nothing found and broken are one and the same, `NotAllowedError`: the
   * site must not learn from a failure what is on this computer (WebAuthn Level 3 §14.5.1, §14.5.2).
   */
  forSite(): SiteError {
    return { name: this.name, message: messages[this.name] };
  }
}
