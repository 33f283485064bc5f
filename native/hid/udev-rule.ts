/** The udev rule that Latchkey shows to people who may not open their key; the same text as `70-latchkey-fido.rules`. */

/** Where it is to be saved. */
export const UDEV_RULE_PATH = '/etc/udev/rules.d/70-latchkey-fido.rules';

export const UDEV_RULE = `# Lets whoever sits at this computer use FIDO security keys. Only for systems where
# systemd's own rules (60-fido-id.rules and 70-uaccess.rules) do not do it already.
# Save as /etc/udev/rules.d/70-latchkey-fido.rules, then run:
#   sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=hidraw
ACTION=="remove", GOTO="latchkey_end"
SUBSYSTEM!="hidraw", GOTO="latchkey_end"
ENV{ID_FIDO_TOKEN}=="1", GOTO="latchkey_allow"
# No systemd helper: does the report descriptor begin with the FIDO usage page, F1D0?
PROGRAM=="/bin/sh -c 'od -An -tx1 -N3 /sys%p/device/report_descriptor'", RESULT=="*06 d0 f1*", GOTO="latchkey_allow"
GOTO="latchkey_end"
LABEL="latchkey_allow"
TAG+="uaccess"
LABEL="latchkey_end"
`;
