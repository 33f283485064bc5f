/** Touches by script, for tests and for keys that need no person; and fingers, for keys with a sensor. */
import type {
  CaptureAnswer,
  CaptureRequest,
  FingerprintSensor,
  PresenceAnswer,
  PresenceRequest,
  UserPresence,
  UserVerificationAnswer,
  UserVerificationRequest,
} from './env';
import { Script, type ScriptedAnswer } from './script';

export class ScriptedPresence
  extends Script<PresenceRequest, PresenceAnswer>
  implements UserPresence, FingerprintSensor
{
  /** Fingers that the sensor compares; an enrolled one when the script is at its end. */
  readonly fingers = new Script<UserVerificationRequest, UserVerificationAnswer>('finger', 'verified');
  /** Samples of a finger that is being enrolled; good ones when the script is at its end. */
  readonly samples = new Script<CaptureRequest, CaptureAnswer>('sample', 'GOOD');

  /** @param usual the answer to a touch when the script is at its end. */
  constructor(usual: ScriptedAnswer<PresenceAnswer> = 'granted') {
    super('touch', usual);
  }

  /** True while the key waits for an answer to anything, finger or not. */
  override get waiting(): boolean {
    return super.waiting || this.fingers.waiting || this.samples.waiting;
  }

  verify(request: UserVerificationRequest): Promise<UserVerificationAnswer> {
    return this.fingers.request(request);
  }

  capture(request: CaptureRequest): Promise<CaptureAnswer> {
    return this.samples.request(request);
  }
}
