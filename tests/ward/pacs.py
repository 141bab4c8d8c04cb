"""DICOM nodes that are not ours: Orthanc, DCMTK's tools, pydicom."""

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pydicom
from pydicom.uid import ExplicitVRLittleEndian
from ward.processes import answers, free_port, wait_until
from ward.settings import TLS, _lines

DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
SAMPLES = Path(__file__).resolve().parents[1] / "dicom/testdata"


def dicom_destination(name, port, called, level="identified", purpose="treatment", basis="art9-2h", options=None,
                      connection=None, **more):
    """A DICOM storage provider on this machine; `connection` are further settings of [destination.dicom]."""
    return ("\n[[destination]]\n" +
            _lines({"name": name, "kind": "dicom", "purpose": purpose, "identity_level": level, "legal_basis": basis,
                    "retry_longest": "500ms", **more}) +
            "[destination.dicom]\n" +
            _lines({"host": "localhost", "port": port, "called_ae_title": called, **(connection or {})}) +
            "[destination.dicom.tls]\n" + TLS +
            ("[destination.deidentification]\n" + _lines(options) if options else ""))


def dicomweb_destination(name, port, level="identified", purpose="treatment", basis="art9-2h", options=None, **more):
    """A DICOMweb server on this machine."""
    return ("\n[[destination]]\n" +
            _lines({"name": name, "kind": "dicomweb", "purpose": purpose, "identity_level": level, "legal_basis": basis,
                    "retry_longest": "500ms", **more}) +
            "[destination.dicomweb]\n" + _lines({"url": f"https://localhost:{port}/dicom-web"}) +
            "[destination.dicomweb.tls]\n" + TLS +
            ("[destination.deidentification]\n" + _lines(options) if options else ""))


def modality(name, certificate, title, device, authority="KIS", told_at=None, **commitment):
    """A sender of objects; with a port it may ask for storage commitment, and is told there."""
    asking = "" if told_at is None else (
        "[dicom_in.sender.commitment]\n" +
        _lines({"host": "localhost", "port": told_at, "called_ae_title": title, **commitment}) +
        "[dicom_in.sender.commitment.tls]\n" + TLS)
    return ("\n[[dicom_in.sender]]\n" +
            _lines({"name": name, "certificate_names": [certificate], "ae_titles": [title], "device": device,
                    "authority": authority}) + asking)


def listening(text, port):
    """The configuration with the DICOM port open."""
    head, table, rest = text.partition("\n[dicom_in]\n")
    assert table, "the configuration has no table [dicom_in]"
    rest = rest.replace("enabled = false", "enabled = true", 1)
    rest = re.sub(r"(?m)^port = .*$", f"port = {port}", rest, count=1)
    return head + table + rest


def sample(site, name, change=lambda data: None):
    """A copy of a sample file with something changed."""
    data = pydicom.dcmread(SAMPLES / name)
    change(data)
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    path = site.top / f"{data.SOPInstanceUID}.dcm"
    data.save_as(path, write_like_original=False)
    return path


def large_ct(site, mebibytes, uid):
    """A CT of so many MiB, written without holding it."""
    data = pydicom.dcmread(SAMPLES / "CT_small.dcm")
    data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = uid
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.Rows, data.Columns, data.NumberOfFrames = 1024, 512, mebibytes
    data.PixelData = bytes(mebibytes << 20)
    path = site.top / "large.dcm"
    data.save_as(path, write_like_original=False)
    return path


class Modality:
    """echoscu and storescu of DCMTK with a client certificate."""

    def __init__(self, site, certificate, title, port):
        files = site.folder / "devices"
        self._tls = ["+tls", str(files / f"{certificate}.key"), str(files / f"{certificate}.pem"),
                     "+cf", str(site.folder / "authority/ca.pem")]
        self._titles = ["-aet", title, "-aec", "EDGEWARD"]
        self._peer = ["localhost", str(port)]

    def _run(self, program, *arguments, tls=True, called=None):
        titles = self._titles if called is None else self._titles[:3] + [called]
        return subprocess.run([program, *(self._tls if tls else []), *titles, "-to", "20", *self._peer, *map(str, arguments)],
                              capture_output=True, text=True, timeout=300, check=False)

    def echo(self, **more):
        return self._run("echoscu", **more).returncode == 0

    def store(self, *files):
        """True: every file was answered with success."""
        return self._run("storescu", "--no-halt", *files).returncode == 0 if len(files) > 1 else \
            self._run("storescu", *files).returncode == 0


class Orthanc:
    """A PACS with DICOM over TLS."""

    def __init__(self, site, name="orthanc"):
        self.port, self.http = free_port(), free_port()
        self._site, self._name, self._folder = site, name, site.top / name
        self._folder.mkdir(exist_ok=True)
        self._program = None
        self.start()

    def _settings(self, files):
        return {
            "Name": "pacs", "StorageDirectory": str(self._folder / "db"), "IndexDirectory": str(self._folder / "db"),
            "HttpPort": self.http, "RemoteAccessAllowed": False, "AuthenticationEnabled": False, "Plugins": [],
            "DicomAet": "ORTHANC", "DicomPort": self.port, "DicomCheckCalledAet": True, "DicomAlwaysAllowStore": True,
            "DicomTlsEnabled": True, "DicomTlsCertificate": files["cert"], "DicomTlsPrivateKey": files["key"],
            "DicomTlsTrustedCertificates": files["ca"], "DicomTlsRemoteCertificateRequired": True}

    def start(self):
        config = self._folder / "orthanc.json"
        config.write_text(json.dumps(self._settings(self._site.server_files())))
        self._program = self._site.start(["/usr/sbin/Orthanc", str(config)], f"{self._name}.log")
        wait_until(lambda: answers(self.http), "Orthanc listens", 60)

    def stop(self):
        self._program.stop()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=60) as page:
            return page.read()

    def objects(self):
        """SOP instance UID to Orthanc's id."""
        ids = json.loads(self.get("/instances"))
        return {json.loads(self.get(f"/instances/{one}"))["MainDicomTags"]["SOPInstanceUID"]: one for one in ids}

    def file(self, identifier):
        path = self._site.top / f"{self._name}-{identifier}.dcm"
        path.write_bytes(self.get(f"/instances/{identifier}/file"))
        return path


class Calling(Orthanc):
    """One that calls the node EDGEWARD too."""

    NAME = ""

    def __init__(self, site, calls):
        self.calls, self._site = calls, site
        folder = site.top / f"calling-{self.NAME}"
        folder.mkdir()
        self._files = self._make_certificate(site, folder)
        super().__init__(site, self.NAME)

    def _make_certificate(self, site, folder):
        """One for both sides of TLS: it calls and is called."""
        key, request, made, names = (folder / name for name in ("node.key", "node.csr", "node.pem", "names"))
        names.write_text(f"subjectAltName=DNS:localhost,DNS:{self.NAME}\nextendedKeyUsage=serverAuth,clientAuth\n"
                         "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n")
        authority = site.folder / "authority"
        for command in (["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-keyout", str(key),
                         "-subj", "/CN=node", "-out", str(request)],
                        ["x509", "-req", "-sha384", "-in", str(request), "-CA", str(authority / "ca.pem"), "-CAkey",
                         str(authority / "ca.key"), "-CAcreateserial", "-days", "30", "-extfile", str(names), "-out",
                         str(made)]):
            subprocess.run(["openssl", *command], check=True, capture_output=True, timeout=30)
        return {"cert": str(made), "key": str(key), "ca": str(authority / "ca.pem")}

    def _settings(self, files):
        known = {} if self.calls is None else {
            "edgeward": {"AET": "EDGEWARD", "Host": "localhost", "Port": self.calls, "UseDicomTls": True,
                         "AllowStorageCommitment": True}}
        return {**super()._settings(self._files), "DicomModalities": known}


class Asking(Calling):
    """A modality that sends objects and asks for storage commitment."""

    NAME = "ct-1.radiology.example"
    TITLE = "CT1"

    def _settings(self, files):
        return {**super()._settings(files), "DicomAet": self.TITLE}

    def _post(self, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", data=data, timeout=60) as answer:
            return json.load(answer)

    def send(self, path):
        """Makes the object of the file its own and sends it."""
        made = self._post("/instances", path.read_bytes())
        sent = self._post("/modalities/edgeward/store", {"Resources": [made["ID"]]})
        return sent["FailedInstancesCount"] == 0

    def ask(self, *objects):
        """Asks about SOP classes and instances; gives the transaction's UID."""
        return self._post("/modalities/edgeward/storage-commitment", {"DicomInstances": [list(one) for one in objects]})["ID"]

    def told(self, transaction):
        """Status, what is committed, and the reason of each other one."""
        told = json.loads(self.get(f"/storage-commitment/{transaction}"))
        return (told["Status"], {one["SOPInstanceUID"] for one in told.get("Success", [])},
                {one["SOPInstanceUID"]: one["FailureReason"] for one in told.get("Failures", [])})


class Committing(Calling):
    """A PACS that is asked for storage commitment and reports to the node EDGEWARD at a port, if it is told of it. Of the
    modality OT it says that it has stored it, and does not keep it."""

    NAME = "pacs.hospital.example"

    def _settings(self, files):
        script = self._folder / "filter.lua"
        script.write_text("function ReceivedInstanceFilter(dicom, origin, info)\n  return dicom['Modality'] ~= 'OT'\nend\n")
        return {**super()._settings(files), "LuaScripts": [str(script)]}


class DicomWeb(Orthanc):
    """A PACS with DICOMweb behind nginx, which asks for client certificates: Orthanc 1.10 ends when it is to verify one
    itself. `more` are further settings of Orthanc from its next start on."""

    def __init__(self, site, name="dicomweb", **more):
        self.more, self.https, self._front = more, free_port(), site.top / f"{name}-front"
        self._front.mkdir()
        super().__init__(site, name)
        config = self._front / "nginx.conf"
        config.write_text(self._nginx(site.server_files()))
        site.start([shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(self._front), "-c", str(config), "-e", "stderr"],
                   f"{name}-front.log")
        wait_until(lambda: answers(self.https), "nginx listens")

    def _settings(self, files):
        return {**super()._settings(files), "Plugins": [str(DICOMWEB)], "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
                **self.more}

    def _nginx(self, files):
        temporary = "".join(f"  {kind}_temp_path {self._front / kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return ("daemon off;\nworker_processes 1;\nuser root;\n" f"pid {self._front}/pid;\nevents {{}}\nhttp {{\n{temporary}"
                "  access_log off;\n  client_max_body_size 0;\n  proxy_request_buffering off;\n  proxy_http_version 1.1;\n"
                f"  server {{\n    listen 127.0.0.1:{self.https} ssl;\n    ssl_certificate {files['cert']};\n"
                f"    ssl_certificate_key {files['key']};\n    ssl_client_certificate {files['ca']};\n    ssl_verify_client on;\n"
                f"    location / {{ proxy_pass http://127.0.0.1:{self.http}; }}\n  }}\n}}\n")


class StoreScp:
    """storescp of DCMTK with TLS, into a folder."""

    def __init__(self, site, name="trial"):
        self.port, self.folder = free_port(), site.top / name
        self.folder.mkdir()
        files = site.server_files()
        site.start(["storescp", "+tls", files["key"], files["cert"], "+cf", files["ca"], "-aet", "TRIAL", "+xa",
                    "-od", str(self.folder), str(self.port)], f"{name}.log")
        wait_until(lambda: answers(self.port), "storescp listens")

    def objects(self):
        return [pydicom.dcmread(path) for path in sorted(self.folder.iterdir())]


def complaints(path):
    """What dciodvfy of dicom3tools says is an error in a file."""
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, timeout=60, check=False)
    return {line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")}
