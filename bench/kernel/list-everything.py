"""python3-fido2's side of the VM's comparison: lists what is on the key at the given path; the PIN comes by standard input."""
import sys
from base64 import b64encode

from fido2.ctap2 import ClientPin, CredentialManagement, Ctap2
from fido2.hid import open_device

RESULT = CredentialManagement.RESULT

ctap = Ctap2(open_device(sys.argv[1]))
client_pin = ClientPin(ctap)
token = client_pin.get_pin_token(sys.stdin.readline().rstrip("\n"), ClientPin.PERMISSION.CREDENTIAL_MGMT)
management = CredentialManagement(ctap, client_pin.protocol, token)
management.get_metadata()
for site in management.enumerate_rps():
    for passkey in management.enumerate_creds(site[RESULT.RP_ID_HASH]):
        credential_id = b64encode(passkey[RESULT.CREDENTIAL_ID]["id"]).decode()
        print(credential_id, site[RESULT.RP]["id"], passkey[RESULT.USER]["name"])
