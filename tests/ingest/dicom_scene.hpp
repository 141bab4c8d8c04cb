#pragma once

#include <string>
#include <vector>

#include <edgeward/ingest/dicom_source.hpp>

#include "support/certificates.hpp"

// DCMTK's echoscu and storescu as senders.
namespace edgeward::ingest::dicom_scene {

inline const std::filesystem::path& certificates() {
    static const support::Certificates made({"console", "stranger"}, {"ct-1", "us-1"});
    return made.path();
}

inline DicomSourceSettings settings() {
    DicomSourceSettings made;
    made.port = 0;
    made.tls = {"ca.pem", "console.pem", "console.key", {}, {}};
    made.senders = {{{"ct", {"ct-1"}}, {"CT1"}}};
    return made;
}

struct Call {
    std::string certificate = "ct-1";
    std::string calling = "CT1";
    std::string called = "EDGEWARD";
};

// The exit code of one of DCMTK's tools that calls our port.
inline int run(const std::string& tool, std::uint16_t port, const std::vector<std::string>& files,
               const Call& call = {}) {
    const support::ScratchFolder folder;
    const auto& made = certificates();
    std::vector<std::string> command{tool,
                                     "+tls",
                                     (made / (call.certificate + ".key")).string(),
                                     (made / (call.certificate + ".pem")).string(),
                                     "+cf",
                                     (made / "ca.pem").string(),
                                     "-aet",
                                     call.calling,
                                     "-aec",
                                     call.called,
                                     "-to",
                                     "20",
                                     "127.0.0.1",
                                     std::to_string(port)};
    command.insert(command.end(), files.begin(), files.end());
    return support::Program(command, folder / "out").wait();
}

inline std::string sample(const std::string& name) {
    return EDGEWARD_SOURCE_DIR "/tests/dicom/testdata/" + name;
}

}  // namespace edgeward::ingest::dicom_scene
