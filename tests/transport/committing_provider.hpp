#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <edgeward/dicom/association.hpp>
#include <edgeward/dicom/command.hpp>
#include <edgeward/dicom/commitment.hpp>
#include <edgeward/net/tls.hpp>

namespace edgeward::transport {

// A provider that takes objects and reports on the association that asked for commitment, which no other
// program here does: Orthanc opens one of its own. It takes reports too. One association after the other.
class CommittingProvider {
public:
    using Judge = std::function<dicom::CommitmentReport(const dicom::CommitmentRequest&)>;
    // `early`: it reports before it answers.
    CommittingProvider(const config::Credentials& credentials, Judge judge, bool early)
        : judge_(std::move(judge)),
          early_(early),
          context_(*net::server_context({"ca.pem", "broker.pem", "broker.key", {}, {}}, credentials, true)),
          acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
          thread_([this] { serve(); }) {}
    CommittingProvider(const CommittingProvider&) = delete;
    CommittingProvider& operator=(const CommittingProvider&) = delete;
    ~CommittingProvider() {
        stopping_ = true;
        boost::asio::ip::tcp::socket socket(io_);  // wakes it
        boost::system::error_code ignored;
        socket.connect(acceptor_.local_endpoint(), ignored);
        socket.close(ignored);
        thread_.join();
    }
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    [[nodiscard]] int asked() const { return asked_; }
    // Status of our answer to its last report.
    [[nodiscard]] int heard() const { return heard_; }

    // What it was told, and how it answers: the status, and what it says of roles.
    std::vector<dicom::CommitmentReport> told() {
        const std::lock_guard lock(mutex_);
        return told_;
    }
    std::atomic<int> answers = 0;
    std::vector<dicom::RoleSelection> roles;
    std::vector<dicom::RoleSelection> asked_roles() {
        const std::lock_guard lock(mutex_);
        return asked_roles_;
    }

private:
    using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

    void serve() {
        while (!stopping_) {
            boost::system::error_code error;
            Stream stream(acceptor_.accept(), *context_);
            stream.handshake(boost::asio::ssl::stream_base::server, error);
            while (!error && serve_pdu(stream, error)) {
            }
        }
    }

    void write(Stream& stream, const Bytes& octets) {
        boost::system::error_code ignored;
        boost::asio::write(stream, boost::asio::buffer(octets), ignored);
    }
    void write_message(Stream& stream, const dicom::Command& command, const Bytes& data_set = {}) {
        Bytes octets;
        const Bytes set = dicom::encode_command(command);
        dicom::append_fragment(octets, {1, true, true, set});
        if (command.has_data_set) dicom::append_fragment(octets, {1, false, true, data_set});
        write(stream, octets);
    }

    bool serve_pdu(Stream& stream, boost::system::error_code& error) {
        Bytes head(dicom::pdu_head_size);
        boost::asio::read(stream, boost::asio::buffer(head), error);
        const auto pdu = dicom::read_pdu_head(head);
        if (error || !pdu) return false;
        Bytes body(pdu->length);
        boost::asio::read(stream, boost::asio::buffer(body), error);
        if (pdu->type == dicom::PduType::associate_request) {
            const auto request = dicom::read_associate_request(body);
            syntax_ = request->contexts.at(0).transfer_syntaxes.at(0);
            {
                const std::lock_guard lock(mutex_);
                asked_roles_ = request->roles;
            }
            write(stream, dicom::write_associate_accept(
                              {{{1, dicom::ContextResult::accepted, syntax_}}, 0, roles}, *request));
            return true;
        }
        if (pdu->type == dicom::PduType::release_request) write(stream, dicom::write_release_reply());
        if (pdu->type != dicom::PduType::data) return false;
        const auto fragments = dicom::read_fragments(body);
        for (const auto& fragment : *fragments) {
            if (fragment.command) {
                command_ = *dicom::decode_command(fragment.data);
                data_set_.clear();
            }
            if (!fragment.command)
                data_set_.insert(data_set_.end(), fragment.data.begin(), fragment.data.end());
            if (fragment.last && fragment.command != command_.has_data_set) take(stream);
        }
        return true;
    }

    void take(Stream& stream) {
        if (command_.is_response()) {
            heard_ = command_.status;
            return;
        }
        dicom::Command answer = command_;
        answer.field |= 0x8000U;
        answer.has_data_set = false;
        if (command_.is(dicom::CommandField::event_report_request)) {
            const auto report = dicom::decode_commitment_report(data_set_, syntax_);
            const bool fits = report && command_.sop_class == dicom::commitment_class &&
                              command_.sop_instance == dicom::commitment_instance &&
                              command_.type == (report->failed.empty() ? 1 : 2);
            answer.status = fits ? static_cast<std::uint16_t>(answers) : dicom::status::invalid_argument;
            const std::lock_guard lock(mutex_);
            if (fits) told_.push_back(*report);
        }
        if (!command_.is(dicom::CommandField::action_request)) return write_message(stream, answer);
        ++asked_;
        const auto report = judge_(*dicom::decode_commitment_request(data_set_, syntax_));
        dicom::Command event = command_;
        event.field = static_cast<std::uint16_t>(dicom::CommandField::event_report_request);
        event.type = report.failed.empty() ? dicom::all_committed : dicom::some_not_committed;
        const Bytes data_set = dicom::encode_commitment_report(report, syntax_);
        if (early_) write_message(stream, event, data_set);
        write_message(stream, answer);
        if (!early_) write_message(stream, event, data_set);
    }

    const Judge judge_;
    const bool early_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> asked_{0};
    std::atomic<int> heard_{-1};
    std::mutex mutex_;
    std::vector<dicom::CommitmentReport> told_;
    std::vector<dicom::RoleSelection> asked_roles_;
    std::string syntax_;
    dicom::Command command_;
    Bytes data_set_;
    std::shared_ptr<boost::asio::ssl::context> context_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::thread thread_;
};

}  // namespace edgeward::transport
