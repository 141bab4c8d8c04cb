#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>
#include <edgeward/transport/commitment_desk.hpp>
#include <edgeward/transport/transport.hpp>

namespace edgeward::transport {

// How to reach a DICOM storage provider, by TLS alone (PS3.15 annex B.12); peers are always verified.
struct DicomSettings {
    std::string host;
    std::uint16_t port = 2762;          // IANA dicom-tls
    std::string ae_title = "EDGEWARD";  // ours
    std::string called_ae_title;        // the provider's
    net::TlsSettings tls = net::own_tls();
    std::chrono::milliseconds connect_timeout{10000};   // resolve, connect and handshake
    std::chrono::milliseconds response_timeout{60000};  // for each answer, and for each piece to be taken
    std::chrono::milliseconds idle_timeout{5000};       // an association idle for longer is not used again
    std::size_t associations = 1;                       // 1 to 16; messages under way at once
    bool commitment = false;  // delivered is what the provider has committed itself to keep (PS3.4 annex J)
    std::size_t commitment_objects = 50;                     // 1 to 500, of one person asked about together
    std::chrono::milliseconds commitment_patience{300'000};  // for its report, then it is asked again
};
DicomSettings read_dicom_settings(config::Section section);

// Sends the objects of a message by C-STORE, one after the other, and judges the answers (PS3.4 annex B.2.3):
//
//   0000, B000, B006, B007 (warnings: stored), 0111 (there already)  delivered
//   A7xx, or an association rejected for now                         unavailable
//   0110                                                             unavailable, of this object alone
//   0124, or an association rejected for good                        misconfigured
//   any other, or no agreement on class and transfer syntax          rejected
//   sent, then silence or a broken connection                        ambiguous
//
// With commitment they are delivered when the provider has reported that it keeps all of them; its report
// comes on the association that asked or by way of `desk`. What it does not keep:
//
//   0119, 0122                                    rejected
//   any other reason, or it is not in the report  unavailable, of this object alone: it is sent again
//   no report, also when asked again              ambiguous
//
// An object goes in its own transfer syntax; one that is not compressed also as explicit or implicit little
// endian. Errors: misconfigured when a credential is missing or unusable. Destroy it only after every send
// has ended.
Result<std::unique_ptr<Transport>> open_dicom_transport(const DicomSettings& settings,
                                                        const config::Credentials& credentials,
                                                        const boost::asio::any_io_executor& executor,
                                                        std::shared_ptr<CommitmentDesk> desk = {});

}  // namespace edgeward::transport
