/** Of all JSON shapes together. Goes up when a member is taken away or changes its meaning; new members may come at any time. */
export const JSON_VERSION = 1;
