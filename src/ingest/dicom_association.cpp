#include "dicom_association.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "late_answer.hpp"

namespace edgeward::ingest {
namespace {

namespace asio = boost::asio;
using dicom::Command;
using dicom::CommandField;
using dicom::PduType;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t largest_command = std::size_t{64} << 10U;
constexpr std::size_t largest_commitment = std::size_t{4} << 20U;

}  // namespace

asio::awaitable<std::string_view> DicomAssociation::serve() {
    auto reason = co_await negotiate();
    while (reason.empty())
        reason = co_await serve_pdu();
    co_return reason;
}

asio::awaitable<std::string_view> DicomAssociation::read_pdu(std::chrono::milliseconds patience) {
    if (!scene_.port.open) co_return ended::we_stop;
    deadline_.in(patience);
    scene_.port.reading.insert(&stream_.next_layer());
    std::array<std::uint8_t, dicom::pdu_head_size> octets{};
    auto [error, size] = co_await asio::async_read(stream_, asio::buffer(octets), as_result);
    const auto head = dicom::read_pdu_head(octets);
    const bool fits = head && head->length <= largest_pdu;
    if (!error && fits) {
        head_ = *head;
        body_.resize(head->length);
        const auto [cut_off, read] = co_await asio::async_read(stream_, asio::buffer(body_), as_result);
        error = cut_off;
    }
    scene_.port.reading.erase(&stream_.next_layer());
    deadline_.none();
    if (deadline_.passed()) co_return ended::idle;
    std::string_view missing;
    if (error)
        missing = scene_.port.open ? ended::by_peer : ended::we_stop;
    else if (!fits)
        missing = ended::not_dicom;
    co_return missing;
}

asio::awaitable<bool> DicomAssociation::write(Bytes octets) {
    deadline_.in(scene_.settings.idle_timeout);
    const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(octets), as_result);
    deadline_.none();
    co_return !error;
}

asio::awaitable<std::string_view> DicomAssociation::give_up(std::string_view reason) {
    Bytes abort = dicom::write_abort();
    co_await write(std::move(abort));
    co_return reason;
}

asio::awaitable<std::string_view> DicomAssociation::negotiate() {
    const auto missing = co_await read_pdu(scene_.settings.handshake_patience);
    if (!missing.empty()) co_return missing;
    const auto request = dicom::read_associate_request(body_);
    if (head_.type != PduType::associate_request || !request) co_return co_await give_up(ended::not_dicom);
    if (const auto reject = reason_to_reject(*request, scene_.settings, sender_)) {
        Bytes answer = dicom::write_associate_reject(*reject);
        co_await write(std::move(answer));
        co_return ended::wrong_title;
    }
    sides_ = commitment_sides(*request, sender_);
    accept_ = accept_storage(*request, sides_);
    peer_takes_ = request->largest_pdu;
    for (const auto& context : request->contexts)
        abstract_syntaxes_[context.id] = context.abstract_syntax;
    Bytes answer = dicom::write_associate_accept(accept_, *request);
    const bool written = co_await write(std::move(answer));
    const std::string_view broken = written ? std::string_view() : ended::by_peer;
    co_return broken;
}

asio::awaitable<std::string_view> DicomAssociation::serve_pdu() {
    const auto missing = co_await read_pdu(scene_.settings.idle_timeout);
    if (!missing.empty()) co_return missing;
    if (head_.type == PduType::abort) co_return ended::by_peer;
    if (head_.type == PduType::release_request) {
        Bytes reply = dicom::write_release_reply();
        co_await write(std::move(reply));
        co_return ended::released;
    }
    const auto fragments = dicom::read_fragments(body_);
    if (head_.type != PduType::data || !fragments) co_return co_await give_up(ended::not_dicom);
    for (const auto& fragment : *fragments) {
        const auto broken = co_await take(fragment);
        if (!broken.empty()) co_return broken;
    }
    co_return std::string_view();
}

asio::awaitable<std::string_view> DicomAssociation::take(dicom::Fragment fragment) {
    const auto* context = accepted(fragment.context);
    if (context == nullptr) co_return co_await give_up(ended::not_dicom);
    if (!fragment.command) {
        if ((!object_ && !commitment_) || fragment.context != data_context_)
            co_return co_await give_up(ended::not_dicom);
        if (object_) {
            object_->add(fragment.data);
            if (!fragment.last) co_return std::string_view();
            co_return co_await end_object();
        }
        too_long_ = too_long_ || commitment_->size() + fragment.data.size() > largest_commitment;
        if (!too_long_) commitment_->insert(commitment_->end(), fragment.data.begin(), fragment.data.end());
        if (!fragment.last) co_return std::string_view();
        co_return co_await end_commitment();
    }
    if (object_ || commitment_ || command_octets_.size() + fragment.data.size() > largest_command)
        co_return co_await give_up(ended::not_dicom);
    command_octets_.insert(command_octets_.end(), fragment.data.begin(), fragment.data.end());
    if (!fragment.last) co_return std::string_view();
    const auto command = dicom::decode_command(std::exchange(command_octets_, {}));
    if (!command) co_return co_await give_up(ended::not_dicom);
    co_return co_await follow(*command, *context);
}

asio::awaitable<std::string_view> DicomAssociation::follow(Command command, dicom::ContextAnswer context) {
    command_ = std::move(command);
    if (command_.is(CommandField::echo_request) && !command_.has_data_set) {
        co_return co_await answer(CommandField::echo_response, context.id, dicom::status::success);
    }
    if (!command_.has_data_set) co_return co_await give_up(ended::not_dicom);
    data_context_ = context.id;
    const bool commitment = abstract_syntaxes_[context.id] == dicom::commitment_class;
    if (commitment && begins_commitment()) {
        commitment_.emplace();
        too_long_ = false;
        co_return std::string_view();
    }
    if (commitment || !command_.is(CommandField::store_request)) co_return co_await give_up(ended::not_dicom);
    object_ =
        scene_.take({sender_.peer.name, command_.sop_class, command_.sop_instance, context.transfer_syntax});
    refused_ = command_.sop_class != abstract_syntaxes_[context.id];
    co_return std::string_view();
}

// The object is on disk with all that goes with it before anybody hears of it.
asio::awaitable<std::string_view> DicomAssociation::end_object() {
    std::uint16_t status = dicom::status::class_not_supported;
    if (!refused_) {
        const auto due = std::make_shared<LateAnswer<std::uint16_t>>(scene_.port.owner, scene_.port.io);
        object_->finish(due->reply());
        status = co_await due->wait();
    }
    object_.reset();
    co_return co_await answer(CommandField::store_response, data_context_, status);
}

bool DicomAssociation::begins_commitment() const {
    return (sides_.reports && command_.is(CommandField::event_report_request)) ||
           (sides_.asks && command_.is(CommandField::action_request));
}

asio::awaitable<std::string_view> DicomAssociation::end_commitment() {
    Bytes octets = *std::exchange(commitment_, std::nullopt);
    if (command_.is(CommandField::action_request)) {
        const std::uint16_t status = co_await take_request(std::move(octets));
        co_return co_await answer(CommandField::action_response, data_context_, status);
    }
    std::uint16_t status = dicom::status::invalid_argument;
    auto report = dicom::decode_commitment_report(octets, accepted(data_context_)->transfer_syntax);
    if (report && !too_long_ && scene_.commitments.report)
        status = scene_.commitments.report(*std::move(report));
    co_return co_await answer(CommandField::event_report_response, data_context_, status);
}

// The request is on disk before anybody hears of it. PS3.4 section J.3.2, PS3.7 section 10.1.4.1.10.
asio::awaitable<std::uint16_t> DicomAssociation::take_request(Bytes octets) {
    if (command_.sop_class != dicom::commitment_class) co_return dicom::status::class_not_supported;
    if (command_.sop_instance != dicom::commitment_instance) co_return dicom::status::no_such_instance;
    if (command_.type != dicom::request_commitment) co_return dicom::status::no_such_action;
    if (too_long_) co_return dicom::status::resource_limitation;
    auto request = dicom::decode_commitment_request(octets, accepted(data_context_)->transfer_syntax);
    const bool too_many = !request && request.error().kind == ErrorKind::exhausted;
    if (too_many) co_return dicom::status::resource_limitation;
    if (!request || !scene_.commitments.request) co_return dicom::status::invalid_argument;
    const auto due = std::make_shared<LateAnswer<std::uint16_t>>(scene_.port.owner, scene_.port.io);
    scene_.commitments.request(sender_.peer.name, *std::move(request), due->reply());
    co_return co_await due->wait();
}

asio::awaitable<std::string_view> DicomAssociation::answer(CommandField field, std::uint8_t context,
                                                           std::uint16_t status) {
    Command response = command_;
    response.field = static_cast<std::uint16_t>(field);
    response.has_data_set = false;
    response.status = status;
    const Bytes set = dicom::encode_command(response);
    if (set.size() > dicom::room_of(peer_takes_)) co_return co_await give_up(ended::not_dicom);
    Bytes pdu;
    dicom::append_fragment(pdu, {context, true, true, set});
    const bool written = co_await write(std::move(pdu));
    const std::string_view broken = written ? std::string_view() : ended::by_peer;
    co_return broken;
}

const dicom::ContextAnswer* DicomAssociation::accepted(std::uint8_t id) const {
    const auto found = std::ranges::find_if(accept_.contexts, [id](const auto& context) {
        return context.id == id && context.result == dicom::ContextResult::accepted;
    });
    return found == accept_.contexts.end() ? nullptr : &*found;
}

}  // namespace edgeward::ingest
