/**
 * What a simulated key of Latchkey says it is.
 *
 * 0x1209:0x0001 is pid.codes' first test ID, free for private testing and never for products that are handed out. That fits:
 * a simulated key exists in the kernel of one machine and on no bus. The name keeps it apart from other people's test devices.
 */
export const SIMULATED_VENDOR_ID = 0x1209;
export const SIMULATED_PRODUCT_ID = 0x0001;

/** Every simulated key's product name begins with it. */
export const SIMULATED_PRODUCT_PREFIX = 'Simulated';

export function isSimulated(vendorId: number, productId: number, product: string): boolean {
  return (
    vendorId === SIMULATED_VENDOR_ID &&
    productId === SIMULATED_PRODUCT_ID &&
    product.startsWith(SIMULATED_PRODUCT_PREFIX)
  );
}
