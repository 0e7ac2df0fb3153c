"""What PYHANDLE's own tests say in forms that its present version no longer takes. Arguments: URL, user, password, prefix."""

import sys

from pyhandle.client.resthandleclient import RESTHandleClient
from pyhandle.clientcredentials import PIDClientCredentials
from pyhandle.handleexceptions import HandleAlreadyExistsException, HandleNotFoundException

url, user, password, prefix = sys.argv[1:]
credentials = PIDClientCredentials(
    client="rest", handle_server_url=url, username=user, password=password, handleowner=user
)
client = RESTHandleClient.instantiate_with_credentials(credentials)


def raised(kind, call, *args, **more):
    try:
        call(*args, **more)
    except kind:
        return True
    return False


name = f"{prefix}/REGISTERED"
assert client.register_handle(name, location="https://a.example/1", checksum="123456", FOO="foo") == name
record = client.retrieve_handle_record_json(name)
assert client.get_value_from_handle(name, "URL", record) == "https://a.example/1"
assert client.get_value_from_handle(name, "CHECKSUM", record) == "123456"
assert client.get_value_from_handle(name, "FOO", record) == "foo"
assert raised(HandleAlreadyExistsException, client.register_handle, name, location="https://b.example/")
assert client.register_handle(name, location="https://b.example/", overwrite=True) == name
assert client.get_value_from_handle(name, "URL") == "https://b.example/"

generated = client.generate_and_register_handle(prefix, "https://a.example/2", BAR="bar")
assert generated.startswith(f"{prefix}/") and generated != name
assert client.get_value_from_handle(generated, "BAR") == "bar"

for made in (name, generated):
    client.delete_handle(made)
    assert client.retrieve_handle_record_json(made) is None
assert raised(HandleNotFoundException, client.delete_handle, name)

unknown = PIDClientCredentials(
    client="rest", handle_server_url=url, username=f"100:{prefix}/NOBODY", password="guessed"
)
assert raised(HandleNotFoundException, RESTHandleClient.instantiate_with_credentials, unknown)
print("told")
