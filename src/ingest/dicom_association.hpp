#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include <edgeward/dicom/association.hpp>
#include <edgeward/dicom/command.hpp>

#include "deadline.hpp"
#include "dicom_listener.hpp"
#include "dicom_negotiation.hpp"

namespace edgeward::ingest {

// Reasons an association ended, for metric and log.
namespace ended {
inline constexpr std::string_view released = "released";
inline constexpr std::string_view by_peer = "closed_by_peer";
inline constexpr std::string_view wrong_title = "ae_title";
inline constexpr std::string_view not_dicom = "protocol";
inline constexpr std::string_view idle = "idle";
inline constexpr std::string_view we_stop = "shutdown";
}  // namespace ended

// What an association has of its listener. All outlive it.
struct AssociationScene {
    const DicomSourceSettings& settings;
    const ObjectTaker& take;
    const CommitmentTakers& commitments;
    const PortScene& port;
};

// One sender's association over an established connection, from its request to its end. One thread.
class DicomAssociation {
public:
    DicomAssociation(AssociationScene scene, TlsSocket& stream, Deadline& deadline, const DicomSender& sender)
        : scene_(scene), stream_(stream), deadline_(deadline), sender_(sender) {}

    // Serves until one side ends it; gives the reason, of `ended`.
    boost::asio::awaitable<std::string_view> serve();

private:
    // Empty: it goes on; else why it ended.
    using Step = boost::asio::awaitable<std::string_view>;
    // The next PDU into head_ and body_.
    Step read_pdu(std::chrono::milliseconds patience);
    Step negotiate();
    Step serve_pdu();
    Step take(dicom::Fragment fragment);
    Step follow(dicom::Command command, dicom::ContextAnswer context);
    Step end_object();
    // Whether the command is of storage commitment and comes from who takes that side of it.
    [[nodiscard]] bool begins_commitment() const;
    Step end_commitment();
    boost::asio::awaitable<std::uint16_t> take_request(Bytes octets);
    Step answer(dicom::CommandField field, std::uint8_t context, std::uint16_t status);
    Step give_up(std::string_view reason);
    boost::asio::awaitable<bool> write(Bytes octets);
    [[nodiscard]] const dicom::ContextAnswer* accepted(std::uint8_t id) const;

    const AssociationScene scene_;
    TlsSocket& stream_;
    Deadline& deadline_;
    const DicomSender& sender_;
    dicom::PduHead head_;
    Bytes body_;
    dicom::AssociateAccept accept_;
    std::array<std::string, 256> abstract_syntaxes_;  // by context
    std::uint32_t peer_takes_ = 0;
    Bytes command_octets_;    // of a command that is not complete
    dicom::Command command_;  // that is answered
    std::unique_ptr<IncomingObject> object_;
    CommitmentSides sides_;
    std::optional<Bytes> commitment_;  // request or report of storage commitment, not complete
    bool too_long_ = false;            // that is; its octets are dropped
    std::uint8_t data_context_ = 0;    // of the object or of it
    bool refused_ = false;             // the object is not what was agreed on
};

}  // namespace edgeward::ingest
