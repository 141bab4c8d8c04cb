#include "dicom_listener.hpp"

#include <utility>

#include <edgeward/core/log.hpp>

#include "dicom_association.hpp"

namespace edgeward::ingest {
namespace {

// What all associations have in common.
struct Listener {
    DicomSourceSettings settings;
    ObjectTaker take;
    CommitmentTakers commitments;
};

boost::asio::awaitable<std::string_view> converse(const Listener& listener,
                                                  const SenderConnection& connection) {
    const DicomSender& sender = listener.settings.senders[connection.sender];
    DicomAssociation association({listener.settings, listener.take, listener.commitments, connection.port},
                                 *connection.tls, connection.deadline, sender);
    const auto reason = co_await association.serve();
    if (reason == ended::wrong_title)
        connection.port.trouble.raise(reason,
                                      "a DICOM sender calls by an AE title that is not configured for it",
                                      {{"sender", sender.peer.name}});
    co_return reason;
}

std::vector<MllpSender> peers_of(const DicomSourceSettings& settings) {
    std::vector<MllpSender> peers;
    peers.reserve(settings.senders.size());
    for (const auto& sender : settings.senders)
        peers.push_back(sender.peer);
    return peers;
}

}  // namespace

Result<std::unique_ptr<SenderPort>> start_dicom_listener(const DicomSourceSettings& settings,
                                                         const config::Credentials& credentials,
                                                         metrics::Registry& metrics, ObjectTaker take,
                                                         CommitmentTakers commitments) {
    const auto listener =
        std::make_shared<const Listener>(Listener{settings, std::move(take), std::move(commitments)});
    return SenderPort::start(
        {"dicom_in", "the DICOM port", "ew-dicom-in", "associations", "DICOM associations of senders",
         settings.address, settings.port, false, settings.max_associations, settings.handshake_patience,
         settings.tls, peers_of(settings)},
        credentials, metrics,
        [listener](const SenderConnection& connection) { return converse(*listener, connection); });
}

}  // namespace edgeward::ingest
