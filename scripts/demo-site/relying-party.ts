/**
 * A relying party as WebAuthn Level 3 §7 wants one: `@simplewebauthn/server` looks at the answers; here is what it leaves to the site,
 * that is which question an answer belongs to, whose passkey it is, and what may be done with an account.
 */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { Accounts, type Account, type Passkey } from './accounts';
import { Refusal } from './refusal';

export interface RelyingPartyOptions {
  readonly rpId: string;
  /** Of the site, for people. */
  readonly name: string;
  /** Pages that may make and use its passkeys: "https://login.example.org". */
  readonly origins: readonly string[];
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export type CreationOptions = Awaited<ReturnType<typeof generateRegistrationOptions>>;
export type RequestOptions = Awaited<ReturnType<typeof generateAuthenticationOptions>>;
export type RegistrationAnswer = Parameters<typeof verifyRegistrationResponse>[0]['response'];
export type SignInAnswer = Parameters<typeof verifyAuthenticationResponse>[0]['response'];

/** Where the user wants to have a new passkey: the browser asks, or the site says it. */
export type Where = 'anywhere' | 'this-device' | 'security-key';

const ES256 = -7;
const EDDSA = -8;
const RS256 = -257;

/** Milliseconds. */
const MINUTE = 60_000;
/** The person has so long; the site waits a little longer for what is still on its way. */
const TIMEOUT = 5 * MINUTE;
const ANSWERED_WITHIN = TIMEOUT + MINUTE;
/** A field for passkeys may wait for a person as long as its page is open. */
const FIELD_WAITS = 24 * 60 * MINUTE;
/** Questions of one visitor that are open at the same time. */
const MOST_QUESTIONS = 16;

type Question =
  | { readonly kind: 'create'; readonly account: Account; readonly until: number }
  /** `account`: only its passkeys; any of the site when undefined. */
  | { readonly kind: 'get'; readonly account: Account | undefined; readonly until: number };

/** Somebody's browser between two page loads. */
export class Visit {
  /** Who is signed in. */
  account: Account | undefined;
  /** By challenge; each is answered once. */
  readonly questions = new Map<string, Question>();
}

export class RelyingParty {
  readonly accounts = new Accounts();
  readonly rpId: string;
  readonly #name: string;
  readonly #origins: string[];
  readonly #now: () => number;

  constructor({ rpId, name, origins, now = () => Date.now() }: RelyingPartyOptions) {
    this.rpId = rpId;
    this.#name = name;
    this.#origins = [...origins];
    this.#now = now;
  }

  // --- a new passkey -----------------------------------------------------------------------------------------------

  /** For an account that is made with it, or for the one that is signed in. */
  async askForNew(
    visit: Visit,
    wish: { readonly name: string; readonly displayName: string; readonly where: Where },
  ): Promise<CreationOptions> {
    const account = visit.account ?? this.#newAccount(wish.name, wish.displayName);
    const options = await generateRegistrationOptions({
      rpName: this.#name,
      rpID: this.rpId,
      userID: new Uint8Array(Buffer.from(account.id, 'base64url')),
      userName: account.name,
      userDisplayName: account.displayName,
      timeout: TIMEOUT,
      excludeCredentials: account.passkeys.map(({ id, transports }) => ({ id, transports: [...transports] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      ...(wish.where === 'this-device' && { preferredAuthenticatorType: 'localDevice' as const }),
      ...(wish.where === 'security-key' && { preferredAuthenticatorType: 'securityKey' as const }),
      supportedAlgorithmIDs: [ES256, EDDSA, RS256],
    });
    this.#remember(visit, options.challenge, {
      kind: 'create',
      account,
      until: this.#now() + ANSWERED_WITHIN,
    });
    return options;
  }

  #newAccount(name: string, displayName: string): Account {
    if (name === '') throw new Refusal(400, 'no-name', 'Type a user name first.');
    this.#nameIsFree(name);
    return this.accounts.draft(name, displayName || name);
  }

  #nameIsFree(name: string, but?: Account): void {
    const taken = this.accounts.byName(name);
    if (taken && taken !== but)
      throw new Refusal(409, 'name-taken', `There is an account called ${name} already.`);
  }

  /** Signs in to the account, too. */
  async takeNew(visit: Visit, answer: RegistrationAnswer): Promise<Passkey> {
    const { question, challenge } = this.#answered(visit, answer, 'create');
    const { registrationInfo } = await lookedAt(() =>
      verifyRegistrationResponse({
        response: answer,
        expectedChallenge: challenge,
        expectedOrigin: this.#origins,
        expectedRPID: this.rpId,
        requireUserVerification: false,
        supportedAlgorithmIDs: [ES256, EDDSA, RS256],
      }),
    );
    if (!registrationInfo) throw notValid('the attestation does not hold');
    const { credential, aaguid, credentialBackedUp, credentialDeviceType, userVerified } = registrationInfo;
    // §7.1 step 26: a passkey that exists is not taken from whom it belongs to.
    if (this.accounts.byPasskey(credential.id))
      throw new Refusal(409, 'known-passkey', 'That passkey is known already.');
    const { account } = question;
    // Whoever has signed out since adds nothing to the account.
    if (this.accounts.byId(account.id) && visit.account !== account) throw signedOut();
    // Somebody else may have taken the name since.
    this.#nameIsFree(account.name, account);
    this.accounts.keep(account);
    visit.account = account;
    return this.accounts.add(
      account,
      {
        credential,
        aaguid,
        attachment: answer.authenticatorAttachment,
        synced: credentialDeviceType === 'multiDevice' && credentialBackedUp,
        userVerified,
      },
      this.#now(),
    );
  }

  // --- signing in --------------------------------------------------------------------------------------------------

  /** @param name only passkeys of this user; any passkey of the site when empty */
  async askToSignIn(visit: Visit, name: string, isInField: boolean): Promise<RequestOptions> {
    const account = name === '' ? undefined : this.accounts.byName(name);
    if (name !== '' && !account)
      throw new Refusal(404, 'no-account', `There is no account called ${name}. Create one first.`);
    // An empty list would ask for any passkey of the site.
    if (account?.passkeys.length === 0)
      throw new Refusal(404, 'no-passkeys', `${name} has no passkey here any more. Create another account.`);
    const options = await generateAuthenticationOptions({
      rpID: this.rpId,
      userVerification: 'preferred',
      timeout: TIMEOUT,
      ...(account && {
        allowCredentials: account.passkeys.map(({ id, transports }) => ({ id, transports: [...transports] })),
      }),
    });
    this.#remember(visit, options.challenge, {
      kind: 'get',
      account,
      until: this.#now() + (isInField ? FIELD_WAITS : ANSWERED_WITHIN),
    });
    return options;
  }

  async takeSignIn(visit: Visit, answer: SignInAnswer): Promise<Passkey> {
    const { question, challenge } = this.#answered(visit, answer, 'get');
    const found = this.accounts.byPasskey(answer.id);
    if (!found)
      throw new Refusal(
        404,
        'unknown-passkey',
        'This site does not know that passkey: it was deleted here, or the site was started anew since.',
      );
    const { account, passkey } = found;
    // §7.2 steps 6 and 7: one of those that were asked for; and where nobody was named, the passkey says whose it is.
    if (question.account && question.account !== account)
      throw notValid('the passkey is of another account than the one that was asked for');
    const { userHandle = question.account?.id } = answer.response;
    if (userHandle !== account.id) throw notValid('the passkey belongs to another user than it says');
    const { verified, authenticationInfo } = await lookedAt(() =>
      verifyAuthenticationResponse({
        response: answer,
        expectedChallenge: challenge,
        expectedOrigin: this.#origins,
        expectedRPID: this.rpId,
        requireUserVerification: false,
        credential: { id: passkey.id, publicKey: passkey.publicKey, counter: passkey.counter },
      }),
    );
    if (!verified) throw notValid('the signature is not by that passkey');
    passkey.counter = authenticationInfo.newCounter;
    passkey.lastUsed = this.#now();
    visit.account = account;
    return passkey;
  }

  // --- the account -------------------------------------------------------------------------------------------------

  renamePasskey(visit: Visit, id: string, name: string): void {
    const passkey = signedIn(visit).passkeys.find((one) => one.id === id);
    if (!passkey) throw new Refusal(404, 'unknown-passkey', 'That passkey is not there any more.');
    passkey.name = name;
  }

  deletePasskey(visit: Visit, id: string): void {
    if (!this.accounts.remove(signedIn(visit), id))
      throw new Refusal(404, 'unknown-passkey', 'That passkey is not there any more.');
  }

  renameAccount(visit: Visit, name: string, displayName: string): void {
    const account = signedIn(visit);
    this.#nameIsFree(name, account);
    account.name = name;
    account.displayName = displayName || name;
  }

  // --- questions ---------------------------------------------------------------------------------------------------

  #remember({ questions }: Visit, challenge: string, question: Question): void {
    questions.set(challenge, question);
    for (const oldest of questions.keys()) {
      if (questions.size <= MOST_QUESTIONS) return;
      questions.delete(oldest);
    }
  }

  /** The question that this answers. It is used up, whatever comes of the answer. */
  #answered<K extends Question['kind']>(
    { questions }: Visit,
    answer: RegistrationAnswer | SignInAnswer,
    kind: K,
  ): { readonly question: Extract<Question, { kind: K }>; readonly challenge: string } {
    const challenge = challengeIn(answer.response.clientDataJSON);
    const question = questions.get(challenge);
    questions.delete(challenge);
    if (question?.kind !== kind || this.#now() > question.until)
      throw new Refusal(
        400,
        'no-such-challenge',
        'That answers no open question of this site: it was answered before, or asked too long ago.',
      );
    return { question: question as Extract<Question, { kind: K }>, challenge };
  }
}

function signedIn({ account }: Visit): Account {
  if (!account) throw signedOut();
  return account;
}

function signedOut(): Refusal {
  return new Refusal(401, 'signed-out', 'Sign in first.');
}

function challengeIn(clientDataJSON: string): string {
  try {
    const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as unknown;
    return String((data as { readonly challenge?: unknown }).challenge);
  } catch {
    throw notValid('its client data cannot be read');
  }
}

async function lookedAt<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw notValid(error instanceof Error ? error.message : String(error));
  }
}

function notValid(why: string): Refusal {
  return new Refusal(400, 'not-valid', `The site does not take this answer: ${why}.`);
}
