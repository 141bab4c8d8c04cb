#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <edgeward/dicom/association.hpp>
#include <edgeward/dicom/command.hpp>
#include <edgeward/dicom/object.hpp>
#include <edgeward/net/connect.hpp>
#include <edgeward/transport/dicom_transport.hpp>

namespace edgeward::transport {

// An association of ours for one SOP class: objects of it, or storage commitment. One strand.
class DicomAssociation {
public:
    DicomAssociation(std::unique_ptr<net::TlsStream> stream, DicomSettings settings)
        : stream_(std::move(stream)), settings_(std::move(settings)) {}

    // Errors as open_dicom_transport says of associations. `roles`: sides of the class that we want; rejected
    // when the peer refuses them.
    boost::asio::awaitable<Result<void>> agree(std::string sop_class, std::string transfer_syntax,
                                               std::vector<dicom::RoleSelection> roles = {});
    // Sends an object of that class; gives the status. unavailable: cut off before all was sent; ambiguous:
    // after it; corrupt: the object cannot be read.
    boost::asio::awaitable<Result<std::uint16_t>> store(std::shared_ptr<dicom::Object> object,
                                                        std::string sop_instance);
    // N-ACTION of storage commitment on an association for it; gives the status. A report that comes before
    // the answer goes to the desk. Errors as store.
    boost::asio::awaitable<Result<std::uint16_t>> ask(dicom::CommitmentRequest request,
                                                      std::shared_ptr<CommitmentDesk> desk);
    // N-EVENT-REPORT of storage commitment on an association where we are its provider; gives the status.
    // Errors as store.
    boost::asio::awaitable<Result<std::uint16_t>> report(dicom::CommitmentReport report);
    // Takes the reports that come on it until it ends or nothing has come for so long.
    static boost::asio::awaitable<void> listen(std::shared_ptr<DicomAssociation> association,
                                               std::shared_ptr<CommitmentDesk> desk,
                                               std::chrono::milliseconds patience);
    // Whether an object of that kind may be sent on it now.
    [[nodiscard]] bool serves(std::string_view sop_class, std::string_view transfer_syntax) const;
    boost::asio::awaitable<void> release();
    // The same while somebody listens on it: the reply is not waited for.
    boost::asio::awaitable<void> leave();
    void close();

private:
    boost::asio::awaitable<Result<void>> write(ByteView octets);
    boost::asio::awaitable<Result<dicom::PduType>> read_pdu(std::chrono::milliseconds patience);
    // A command and its small data set.
    boost::asio::awaitable<Result<void>> write_message(dicom::Command command, Bytes data_set);
    boost::asio::awaitable<Result<void>> send_object(std::shared_ptr<dicom::Object> object);
    // A whole command with its data set.
    struct Message {
        dicom::Command command;
        Bytes data_set;
    };
    // The next of the PDUs that come; valid until the one after it.
    boost::asio::awaitable<Result<dicom::Fragment>> read_fragment(std::chrono::milliseconds patience);
    boost::asio::awaitable<Result<Message>> read_message(std::chrono::milliseconds patience);
    boost::asio::awaitable<Result<std::uint16_t>> read_status(const dicom::Command& request,
                                                              std::shared_ptr<CommitmentDesk> desk);
    boost::asio::awaitable<Result<void>> take_report(Message message, std::shared_ptr<CommitmentDesk> desk);

    std::unique_ptr<net::TlsStream> stream_;
    const DicomSettings settings_;
    std::string sop_class_;
    std::string proposed_;  // transfer syntax of the objects it was made for
    std::string agreed_;
    std::uint8_t context_ = 0;
    std::uint32_t peer_takes_ = 0;
    std::uint16_t messages_ = 0;
    Bytes body_;
    std::vector<dicom::Fragment> fragments_;  // of body_
    std::size_t next_fragment_ = 0;
    std::chrono::steady_clock::time_point used_{};
};

// What a status means for the report.
Outcome judge_store_status(std::uint16_t status);

}  // namespace edgeward::transport
