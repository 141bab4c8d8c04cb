"""The one MQTT client of the tests' devices: Paho's, of either version, without its trap over TLS."""

import ssl

import paho.mqtt.client as mqtt


class _Client(mqtt.Client):
    """Paho takes a ConnectionError for a lost connection and comes again; any other error ends its thread for good.

    A broker killed while TLS is being written is an SSLError (EOF in violation of protocol), which is none.
    """

    def _sock_send(self, buf):
        return _as_connection_error(super()._sock_send, buf)

    def _sock_recv(self, bufsize):
        return _as_connection_error(super()._sock_recv, bufsize)


def _as_connection_error(call, argument):
    try:
        return call(argument)
    except ssl.SSLError as error:
        raise ConnectionResetError(str(error)) from error


def device_client(site_folder, device, client_id=None, keep_session=False, password=None):
    """Speaks MQTT 3.1.1 over TLS with the device's certificate, or with its password instead."""
    arguments = {"client_id": client_id or device, "clean_session": not keep_session, "protocol": mqtt.MQTTv311}
    # Paho 2 wants to know which callbacks it is talking to; 1.6 does not know the word.
    if hasattr(mqtt, "CallbackAPIVersion"):
        arguments["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION2
    client = _Client(**arguments)
    if password:
        client.username_pw_set(device, password)
        client.tls_set(ca_certs=f"{site_folder}/authority/ca.pem", tls_version=ssl.PROTOCOL_TLS_CLIENT)
        return client
    client.tls_set(ca_certs=f"{site_folder}/authority/ca.pem", certfile=f"{site_folder}/devices/{device}.pem",
                   keyfile=f"{site_folder}/devices/{device}.key", tls_version=ssl.PROTOCOL_TLS_CLIENT)
    return client
