import type { DeviceId } from '../../preload/device-contract';

/** Where a passkey of this device is kept, as {@link DeviceId} has it. */
export const DEVICE: DeviceId = 'device';
