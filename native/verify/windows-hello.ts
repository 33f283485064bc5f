/**
 * Windows: Windows Hello by the Windows Runtime's UserConsentVerifier. Windows PowerShell 5.1, part of every Windows 10
 * and 11, reaches it without a native module. Its script never changes; what differs goes in by an environment variable.
 * Sources: Microsoft's reference of UserConsentVerifier, UserConsentVerificationResult, UserConsentVerifierAvailability
 * and IUserConsentVerifierInterop. Desktop programs use the latter (Windows build 22000), which takes their window.
 *
 * Not proven on a real Windows yet, see docs/unproven.md.
 */
import type { BiometricAnswer, Biometrics, Clock } from '../ports.js';

/** Milliseconds for the person; Windows' own dialog has no end. */
export const PROMPT_TIME = 60_000;
/** Milliseconds to find out whether somebody is enrolled: PowerShell needs a second or more to start. */
export const CHECK_TIME = 10_000;

/** Runs a program to its end and resolves to what it wrote to standard output; kills it when the signal says so. Rejects when it fails. */
export type ProgramLauncher = (
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
) => Promise<string>;

export interface WindowsHelloOptions {
  readonly clock: Clock;
  readonly launch: ProgramLauncher;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The handle (HWND) of the window that asks, when there is one; Windows puts its dialog in front of it. */
  readonly window?: () => bigint | undefined;
}

/** UserConsentVerificationResult, by name. */
const ANSWERS: ReadonlyMap<string, BiometricAnswer> = new Map([
  ['Verified', 'verified'],
  ['Canceled', 'cancelled'],
  // "After 10 attempts … not verified": somebody was compared.
  ['RetriesExhausted', 'no-match'],
  ['DeviceNotPresent', 'unavailable'],
  ['NotConfiguredForUser', 'unavailable'],
  ['DisabledByPolicy', 'unavailable'],
  ['DeviceBusy', 'unavailable'],
]);

export class WindowsHello implements Biometrics {
  readonly name = 'Windows Hello';
  readonly #options: WindowsHelloOptions;

  constructor(options: WindowsHelloOptions) {
    this.#options = options;
  }

  async available(): Promise<boolean> {
    const said = await this.#run({ do: 'check' }, CHECK_TIME, new AbortController().signal);
    return said === 'Available';
  }

  async verify(reason: string, signal: AbortSignal): Promise<BiometricAnswer> {
    if (signal.aborted) return 'cancelled';
    const window = this.#options.window?.() ?? 0n;
    const said = await this.#run({ do: 'verify', reason, window: window.toString() }, PROMPT_TIME, signal);
    if (signal.aborted) return 'cancelled';
    if (said === 'out of time') return 'timed-out';
    return ANSWERS.get(said) ?? 'unavailable';
  }

  /** What the script said; empty when it failed or was cancelled. */
  async #run(request: object, milliseconds: number, signal: AbortSignal): Promise<string> {
    const { clock, launch, environment } = this.#options;
    const late = new AbortController();
    const stop = clock.after(milliseconds, () => late.abort());
    const over = AbortSignal.any([signal, late.signal]);
    try {
      const output = await launch(
        `${environment['SystemRoot'] ?? 'C:\\Windows'}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
        ['-NoLogo', '-NoProfile', '-NonInteractive', '-Sta', '-EncodedCommand', encodedCommand(SCRIPT)],
        {
          ...environment,
          // A PowerShell 7 that started us would send 5.1 to modules that it cannot load.
          PSModulePath: undefined,
          LATCHKEY_HELLO: JSON.stringify(request),
        },
        over,
      );
      // One word and nothing else: what a policy or a profile prints is not taken for an answer.
      return late.signal.aborted ? 'out of time' : output.trim();
    } catch {
      // Killed by us, blocked by a policy, no such program, no Windows Runtime: the words are the system's, in its language.
      return late.signal.aborted ? 'out of time' : '';
    } finally {
      stop();
    }
  }
}

/** As `-EncodedCommand` wants it: base64 of UTF-16LE. Nothing is left to quote. */
function encodedCommand(script: string): string {
  return Buffer.from(script, 'utf16le').toString('base64');
}

/**
 * Reads the request from $env:LATCHKEY_HELLO and writes the name of one enumeration value. The second GUID is that of
 * IAsyncOperation<UserConsentVerificationResult>, derived from its signature as the Windows Runtime type system says.
 */
export const SCRIPT = `
$ErrorActionPreference = 'Stop'
$request = $env:LATCHKEY_HELLO | ConvertFrom-Json
Add-Type -AssemblyName System.Runtime.WindowsRuntime
$verifier = [Windows.Security.Credentials.UI.UserConsentVerifier, Windows.Security.Credentials.UI, ContentType = WindowsRuntime]
$result = [Windows.Security.Credentials.UI.UserConsentVerificationResult, Windows.Security.Credentials.UI, ContentType = WindowsRuntime]
$availability = [Windows.Security.Credentials.UI.UserConsentVerifierAvailability, Windows.Security.Credentials.UI, ContentType = WindowsRuntime]
$asTask = [System.WindowsRuntimeSystemExtensions].GetMethods() | Where-Object {
  $_.Name -eq 'AsTask' -and $_.IsGenericMethod -and $_.GetParameters().Count -eq 1 -and
  $_.GetParameters()[0].ParameterType.Name -eq 'IAsyncOperation\`1'
} | Select-Object -First 1
function Wait-Operation($operation, $type) {
  $asTask.MakeGenericMethod($type).Invoke($null, @($operation)).GetAwaiter().GetResult()
}
if ($request.do -eq 'check') {
  $said = Wait-Operation ($verifier::CheckAvailabilityAsync()) $availability
} elseif ($request.window -eq '0') {
  $said = Wait-Operation ($verifier::RequestVerificationAsync([string]$request.reason)) $result
} else {
  Add-Type -TypeDefinition @'
using System;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.WindowsRuntime;

[ComImport, Guid("39E050C3-4E74-441A-8DC0-B81104DF949C"), InterfaceType(ComInterfaceType.InterfaceIsIInspectable)]
public interface IUserConsentVerifierInterop {
  [return: MarshalAs(UnmanagedType.IInspectable)]
  object RequestVerificationForWindowAsync(IntPtr window, [MarshalAs(UnmanagedType.HString)] string message, [In] ref Guid riid);
}

public static class LatchkeyHello {
  public static object Request(Type verifier, long window, string message) {
    Guid operation = new Guid("FD596FFD-2318-558F-9DBE-D21DF43764A5");
    var interop = (IUserConsentVerifierInterop)(object)WindowsRuntimeMarshal.GetActivationFactory(verifier);
    return interop.RequestVerificationForWindowAsync(new IntPtr(window), message, ref operation);
  }
}
'@
  $said = Wait-Operation ([LatchkeyHello]::Request($verifier, [long]$request.window, [string]$request.reason)) $result
}
[Console]::Out.Write($said.ToString())
`;
