/** What the virtual keys of the kernel tests say about themselves. */
import { FIDO_REPORT_DESCRIPTOR } from '../../../main/ctap/ctaphid.js';
import { SIMULATED_PRODUCT_ID, SIMULATED_VENDOR_ID } from '../../../native/hid/simulated-identity.js';
import type { UhidIdentity } from '../../../native/ports.js';

export const identity: UhidIdentity = {
  name: 'Simulated key',
  vendorId: SIMULATED_VENDOR_ID,
  productId: SIMULATED_PRODUCT_ID,
  serial: 'LK0001',
  reportDescriptor: FIDO_REPORT_DESCRIPTOR,
};
