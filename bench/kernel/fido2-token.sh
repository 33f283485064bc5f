#!/bin/sh
# libfido2's side of the VM's comparison: lists the sites on the key at the path $1, then the passkeys of each; $2 is a file with the PIN.
fido2-token -L -r "$1" <"$2" | while read -r _ _ rp; do
  fido2-token -L -k "$rp" "$1" <"$2"
done
