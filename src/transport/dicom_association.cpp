#include "dicom_association.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "exchange_deadline.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;
namespace status = dicom::status;
using dicom::CommandField;
using dicom::PduType;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t largest_pdu = 65'536;
constexpr std::size_t largest_data_set = std::size_t{4} << 20U;  // of a report
constexpr const char* explicit_little_endian = "1.2.840.10008.1.2.1";
constexpr const char* implicit_little_endian = "1.2.840.10008.1.2";

tl::unexpected<Error> broken() {
    return failure(ErrorKind::unavailable, "the DICOM association broke");
}

tl::unexpected<Error> unreadable() {
    return failure(ErrorKind::ambiguous, "no readable answer of a DICOM provider");
}

std::vector<dicom::Context> contexts_for(const std::string& sop_class, const std::string& transfer_syntax) {
    std::vector<dicom::Context> contexts{{1, sop_class, {transfer_syntax}}};
    if (!dicom::is_uncompressed(transfer_syntax)) return contexts;
    // One each: a provider that is given several chooses by its own liking.
    for (const char* other : {explicit_little_endian, implicit_little_endian}) {
        if (transfer_syntax != other)
            contexts.push_back({static_cast<std::uint8_t>(contexts.back().id + 2), sop_class, {other}});
    }
    return contexts;
}

// A peer that says nothing of roles has been told of ours and goes on.
bool refuses_role(const dicom::AssociateAccept& accept, const std::vector<dicom::RoleSelection>& wanted) {
    return std::ranges::any_of(wanted, [&](const auto& role) {
        const auto given = std::ranges::find(accept.roles, role.sop_class, &dicom::RoleSelection::sop_class);
        return given != accept.roles.end() && role.provider && !given->provider;
    });
}

Error rejection(ByteView body) {
    const auto reject = dicom::read_associate_reject(body);
    if (reject && reject->result == 2)
        return {ErrorKind::unavailable, "the DICOM association is rejected for now"};
    std::string why = "the DICOM association is rejected";
    if (reject == dicom::calling_title_unknown) why += ": our AE title is not known there";
    if (reject == dicom::called_title_unknown) why += ": called_ae_title is not known there";
    return {ErrorKind::misconfigured, why};
}

tl::unexpected<Refusal> refusal(ErrorKind kind, std::string message, bool message_only = false) {
    return tl::unexpected<Refusal>(Refusal{Error{kind, std::move(message)}, message_only});
}

std::string word_of(std::uint16_t given) {
    Bytes octets;
    append_big_endian(octets, given, 2);
    return "dicom_status_" + to_hex(octets);
}

}  // namespace

Outcome judge_store_status(std::uint16_t given) {
    const bool stored = given == status::success || given == status::coerced_elements ||
                        given == status::elements_discarded || given == status::class_mismatch_warning ||
                        given == status::duplicate_instance;
    if (stored) return {};
    if ((given & 0xFF00U) == status::out_of_resources) return refusal(ErrorKind::unavailable, word_of(given));
    if (given == status::processing_failure) return refusal(ErrorKind::unavailable, word_of(given), true);
    if (given == status::not_authorized) return refusal(ErrorKind::misconfigured, word_of(given));
    return refusal(ErrorKind::rejected, word_of(given));
}

asio::awaitable<Result<void>> DicomAssociation::write(ByteView octets) {
    const ExchangeDeadline deadline(stream_->next_layer(), settings_.response_timeout);
    const auto buffer = asio::buffer(octets.data(), octets.size());
    const auto [error, size] = co_await asio::async_write(*stream_, buffer, as_result);
    if (error) co_return broken();
    co_return Result<void>{};
}

asio::awaitable<Result<PduType>> DicomAssociation::read_pdu(std::chrono::milliseconds patience) {
    const ExchangeDeadline deadline(stream_->next_layer(), patience);
    std::array<std::uint8_t, dicom::pdu_head_size> octets{};
    const auto [error, size] = co_await asio::async_read(*stream_, asio::buffer(octets), as_result);
    if (error) co_return failure(net::tls_failure(*stream_, error));
    const auto head = dicom::read_pdu_head(octets);
    if (!head || head->length > largest_pdu) co_return broken();
    body_.resize(head->length);
    const auto [cut_off, read] = co_await asio::async_read(*stream_, asio::buffer(body_), as_result);
    if (cut_off) co_return broken();
    co_return head->type;
}

asio::awaitable<Result<void>> DicomAssociation::agree(std::string sop_class, std::string transfer_syntax,
                                                      std::vector<dicom::RoleSelection> roles) {
    const auto contexts = contexts_for(sop_class, transfer_syntax);
    const Bytes request = dicom::write_associate_request(
        {settings_.called_ae_title, settings_.ae_title, contexts, largest_pdu, roles});
    auto written = co_await write(request);
    if (!written) co_return written;
    const auto type = co_await read_pdu(settings_.response_timeout);
    if (!type) co_return failure(ErrorKind::unavailable, type.error().message);
    if (*type == PduType::associate_reject) co_return failure(rejection(body_));
    const auto accept = dicom::read_associate_accept(body_);
    if (*type != PduType::associate_accept || !accept) co_return broken();
    peer_takes_ = accept->largest_pdu;
    for (const auto& context : contexts) {
        const auto answer = std::ranges::find(accept->contexts, context.id, &dicom::ContextAnswer::id);
        if (answer == accept->contexts.end() || answer->result != dicom::ContextResult::accepted) continue;
        context_ = context.id;
        agreed_ = context.transfer_syntaxes.front();
        break;
    }
    if (refuses_role(*accept, roles)) co_return failure(ErrorKind::rejected, "sop_class_role_refused");
    if (context_ == 0) co_return failure(ErrorKind::rejected, "sop_class_or_transfer_syntax_refused");
    sop_class_ = std::move(sop_class);
    proposed_ = std::move(transfer_syntax);
    used_ = std::chrono::steady_clock::now();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> DicomAssociation::send_object(std::shared_ptr<dicom::Object> object) {
    auto writer = dicom::ObjectWriter::begin(*object, agreed_);
    if (!writer) co_return failure(ErrorKind::rejected, "transfer_syntax_refused");
    const std::size_t room = dicom::room_of(peer_takes_);
    // One piece ahead: the last fragment says that it is the last.
    Bytes held;
    Bytes pdu;
    for (bool last = false; !last;) {
        auto piece = writer->next();
        if (!piece) co_return failure(std::move(piece.error()));
        last = piece->empty();
        for (ByteView rest = held; !rest.empty();) {
            const ByteView now = rest.first(std::min(room, rest.size()));
            rest = rest.subspan(now.size());
            pdu.clear();
            dicom::append_fragment(pdu, {context_, false, last && rest.empty(), now});
            auto written = co_await write(pdu);
            if (!written) co_return written;
        }
        held.assign(piece->begin(), piece->end());
    }
    co_return Result<void>{};
}

// The fragments of one message may lie in several PDUs, and those of two messages in one.
asio::awaitable<Result<dicom::Fragment>> DicomAssociation::read_fragment(std::chrono::milliseconds patience) {
    while (next_fragment_ == fragments_.size()) {
        const auto type = co_await read_pdu(patience);
        if (!type || *type != PduType::data)
            co_return failure(ErrorKind::ambiguous, "no answer of a DICOM provider");
        auto fragments = dicom::read_fragments(body_);
        if (!fragments) co_return unreadable();
        fragments_ = *std::move(fragments);
        next_fragment_ = 0;
    }
    co_return fragments_[next_fragment_++];
}

asio::awaitable<Result<DicomAssociation::Message>> DicomAssociation::read_message(
    std::chrono::milliseconds patience) {
    Message message;
    Bytes command;
    bool has_command = false;
    for (;;) {
        const auto fragment = co_await read_fragment(patience);
        if (!fragment) co_return failure(fragment.error());
        Bytes& into = has_command ? message.data_set : command;
        if (fragment->command == has_command || into.size() > largest_data_set) co_return unreadable();
        into.insert(into.end(), fragment->data.begin(), fragment->data.end());
        if (!fragment->last) continue;
        if (has_command) co_return message;
        auto decoded = dicom::decode_command(command);
        if (!decoded) co_return unreadable();
        message.command = *std::move(decoded);
        has_command = true;
        if (!message.command.has_data_set) co_return message;
    }
}

asio::awaitable<Result<void>> DicomAssociation::take_report(Message message,
                                                            std::shared_ptr<CommitmentDesk> desk) {
    dicom::Command response = message.command;
    response.field = static_cast<std::uint16_t>(CommandField::event_report_response);
    response.has_data_set = false;
    auto report = dicom::decode_commitment_report(message.data_set, agreed_);
    response.status = report ? desk->report(*std::move(report)) : status::invalid_argument;
    const Bytes set = dicom::encode_command(response);
    Bytes pdu;
    dicom::append_fragment(pdu, {context_, true, true, set});
    co_return co_await write(pdu);
}

asio::awaitable<Result<std::uint16_t>> DicomAssociation::read_status(const dicom::Command& request,
                                                                     std::shared_ptr<CommitmentDesk> desk) {
    for (;;) {
        auto message = co_await read_message(settings_.response_timeout);
        if (!message) co_return failure(std::move(message.error()));
        const auto& answer = message->command;
        if (desk && answer.is(CommandField::event_report_request)) {
            const auto taken = co_await take_report(*std::move(message), desk);
            if (!taken) co_return failure(taken.error());
            continue;
        }
        const bool fits =
            answer.field == (request.field | 0x8000U) && answer.message_id == request.message_id;
        if (!fits) co_return unreadable();
        used_ = std::chrono::steady_clock::now();
        co_return answer.status;
    }
}

asio::awaitable<Result<void>> DicomAssociation::write_message(dicom::Command command, Bytes data_set) {
    const Bytes set = dicom::encode_command(command);
    Bytes octets;
    dicom::append_fragment(octets, {context_, true, true, set});
    const std::size_t room = dicom::room_of(peer_takes_);
    for (ByteView rest = data_set; !rest.empty();) {
        const ByteView now = rest.first(std::min(room, rest.size()));
        rest = rest.subspan(now.size());
        dicom::append_fragment(octets, {context_, false, rest.empty(), now});
    }
    co_return co_await write(octets);
}

asio::awaitable<Result<std::uint16_t>> DicomAssociation::ask(dicom::CommitmentRequest request,
                                                             std::shared_ptr<CommitmentDesk> desk) {
    dicom::Command action;
    action.field = static_cast<std::uint16_t>(CommandField::action_request);
    action.message_id = ++messages_;
    action.sop_class = dicom::commitment_class;
    action.sop_instance = dicom::commitment_instance;
    action.has_data_set = true;
    action.type = dicom::request_commitment;
    Bytes data_set = dicom::encode_commitment_request(request, agreed_);
    const auto written = co_await write_message(action, std::move(data_set));
    if (!written) co_return failure(written.error());
    co_return co_await read_status(action, std::move(desk));
}

asio::awaitable<Result<std::uint16_t>> DicomAssociation::report(dicom::CommitmentReport report) {
    dicom::Command event;
    event.field = static_cast<std::uint16_t>(CommandField::event_report_request);
    event.message_id = ++messages_;
    event.sop_class = dicom::commitment_class;
    event.sop_instance = dicom::commitment_instance;
    event.has_data_set = true;
    event.type = report.failed.empty() ? dicom::all_committed : dicom::some_not_committed;
    Bytes data_set = dicom::encode_commitment_report(report, agreed_);
    const auto written = co_await write_message(event, std::move(data_set));
    if (!written) co_return failure(written.error());
    co_return co_await read_status(event, {});
}

asio::awaitable<void> DicomAssociation::listen(std::shared_ptr<DicomAssociation> association,
                                               std::shared_ptr<CommitmentDesk> desk,
                                               std::chrono::milliseconds patience) {
    for (;;) {
        auto message = co_await association->read_message(patience);
        if (!message || !message->command.is(CommandField::event_report_request)) break;
        const auto taken = co_await association->take_report(*std::move(message), desk);
        if (!taken) break;
    }
    association->close();
}

asio::awaitable<Result<std::uint16_t>> DicomAssociation::store(std::shared_ptr<dicom::Object> object,
                                                               std::string sop_instance) {
    dicom::Command request;
    request.field = static_cast<std::uint16_t>(CommandField::store_request);
    request.message_id = ++messages_;
    request.sop_class = sop_class_;
    request.sop_instance = std::move(sop_instance);
    request.has_data_set = true;
    const Bytes set = dicom::encode_command(request);
    Bytes pdu;
    dicom::append_fragment(pdu, {context_, true, true, set});
    const auto begun = co_await write(pdu);
    if (!begun) co_return failure(begun.error());
    const auto sent = co_await send_object(std::move(object));
    if (!sent) co_return failure(sent.error());
    co_return co_await read_status(request, {});
}

bool DicomAssociation::serves(std::string_view sop_class, std::string_view transfer_syntax) const {
    boost::system::error_code error;
    // What a peer says now is that it ends.
    const bool quiet = stream_->next_layer().available(error) == 0;
    return !error && quiet && sop_class == sop_class_ && transfer_syntax == proposed_ &&
           std::chrono::steady_clock::now() - used_ < settings_.idle_timeout;
}

asio::awaitable<void> DicomAssociation::release() {
    const Bytes request = dicom::write_release_request();
    const auto written = co_await write(request);
    if (written) (void)co_await read_pdu(settings_.response_timeout);
    close();
}

asio::awaitable<void> DicomAssociation::leave() {
    const Bytes request = dicom::write_release_request();
    (void)co_await write(request);
    close();
}

void DicomAssociation::close() {
    boost::system::error_code ignored;
    stream_->next_layer().close(ignored);  // NOLINT(bugprone-unused-return-value)
}

}  // namespace edgeward::transport
