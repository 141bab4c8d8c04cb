"""A Node-RED flow: mqtt in, function, SQLite, then HL7 v2 by MLLP and FHIR by HTTPS, with the nodes people use."""

import json

PREPARE = r"""
const values = msg.payload;
const subject = global.get('crypto').createHmac('sha256', 'secret of the flow').update(values.patient).digest('hex');
const count = (context.get('count') || 0) + 1;
context.set('count', count);
msg.values = values; msg.subject = subject; msg.count = count;
msg.topic = 'insert'; msg.params = {$subject: subject, $measured: values.ts, $body: JSON.stringify(values)};
return msg;
"""

HL7 = r"""
const codes = {HR: '147842^MDC_ECG_HEART_RATE^MDC', ABPSys: '150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC',
  ABPDias: '150038^MDC_PRESS_BLD_ART_ABP_DIA^MDC', ABPMean: '150039^MDC_PRESS_BLD_ART_ABP_MEAN^MDC',
  PULSE: '149530^MDC_PULS_OXIM_PULS_RATE^MDC', RESP: '151562^MDC_RESP_RATE^MDC', SpO2: '150456^MDC_PULS_OXIM_SAT_O2^MDC'};
const v = msg.values, stamp = v.ts.replace(/[-:T]/g, '').replace('Z', '+0000');
const segments = ['MSH|^~\\&|FLOW||KIS||' + stamp + '||ORU^R01^ORU_R01|' + msg.count + '|P|2.6',
  'PID|||' + v.patient + '^^^KIS^MR', 'OBR|1||' + msg.count + '|182777000|||' + stamp];
const entries = []; let n = 0;
for (const name of Object.keys(codes)) if (v[name] !== null && v[name] !== undefined) {
  segments.push('OBX|' + (++n) + '|NM|' + codes[name] + '||' + v[name] + '||||||R|||' + stamp);
  entries.push({request: {method: 'POST', url: 'Observation'}, resource: {resourceType: 'Observation', status: 'final',
    subject: {identifier: {value: msg.subject}}, effectiveDateTime: v.ts, valueQuantity: {value: v[name]},
    code: {coding: [{system: 'urn:iso:std:iso:11073:10101', code: codes[name].split('^')[0]}]}}});
}
return [{payload: Buffer.from('\x0b' + segments.join('\r') + '\r\x1c\r')},
        {payload: {resourceType: 'Bundle', type: 'transaction', entry: entries},
         headers: {'content-type': 'application/fhir+json'}, method: 'POST'}];
"""


def write(folder, ca, cert, key, broker, mllp, fhir, database):
    """flows.json and settings.js in `folder`."""
    tab = {"z": "tab", "x": 0, "y": 0}
    flow = [
        {"id": "tab", "type": "tab", "label": "bench"},
        {"id": "tls", "type": "tls-config", "cert": cert, "key": key, "ca": ca, "certname": "", "keyname": "", "caname": "",
         "servername": "localhost", "verifyservercert": True, "alpnprotocol": ""},
        {"id": "broker", "type": "mqtt-broker", "broker": "localhost", "port": str(broker), "tls": "tls", "clientid": "flow",
         "autoConnect": True, "usetls": True, "protocolVersion": "4", "keepalive": "60", "cleansession": False,
         "autoUnsubscribe": False},
        {"id": "database", "type": "sqlitedb", "db": database, "mode": "RWC"},
        {**tab, "id": "in", "type": "mqtt in", "topic": "devices/#", "qos": "1", "datatype": "json", "broker": "broker",
         "inputs": 0, "wires": [["prepare"]]},
        {**tab, "id": "prepare", "type": "function", "func": PREPARE, "outputs": 1, "wires": [["insert"]], "libs": []},
        {**tab, "id": "insert", "type": "sqlite", "mydb": "database", "sqlquery": "prepared",
         "sql": "INSERT INTO observation(subject, measured, body) VALUES($subject, $measured, $body)", "wires": [["make"]]},
        {**tab, "id": "make", "type": "function", "func": HL7, "outputs": 2, "wires": [["mllp"], ["fhir"]], "libs": []},
        {**tab, "id": "mllp", "type": "tcp request", "server": "localhost", "port": str(mllp), "out": "sit", "ret": "buffer",
         "newline": "", "trim": False, "splitc": " ", "tls": "tls", "wires": [[]]},
        {**tab, "id": "fhir", "type": "http request", "method": "use", "ret": "txt", "paytoqs": "ignore",
         "url": f"https://localhost:{fhir}/fhir", "tls": "tls", "persist": True, "insecureHTTPParser": False,
         "senderr": False, "headers": [], "wires": [[]]},
    ]
    (folder / "flows.json").write_text(json.dumps(flow))
    (folder / "settings.js").write_text(
        "module.exports = {flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: false, uiPort: 0, uiHost: '127.0.0.1', "
        "functionGlobalContext: {crypto: require('crypto')}, "
        "logging: {console: {level: 'info', metrics: false, audit: false}}};\n")
