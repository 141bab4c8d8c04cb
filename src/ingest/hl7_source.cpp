#include "hl7_source.hpp"

#include <utility>

#include <edgeward/core/log.hpp>

namespace edgeward::ingest {
namespace {

// FNV-1a over sender and octets: the same message gets the same id of its answer, another one another. It
// guards nothing.
std::string answer_id(std::string_view sender, std::string_view octets) {
    std::uint64_t value = 0xCBF29CE484222325ULL;
    const auto add = [&value](std::string_view text) {
        for (const char each : text) {
            value ^= static_cast<unsigned char>(each);
            value *= 0x100000001B3ULL;
        }
    };
    add(sender);
    add(std::string_view("\0", 1));
    add(octets);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id = "EW";
    for (int shift = 60; shift >= 0; shift -= 4)
        id.push_back(digits[(value >> static_cast<unsigned>(shift)) & 0x0FU]);
    return id;
}

}  // namespace

Hl7Source::Hl7Source(MllpListenerSettings settings, config::Credentials credentials,
                     metrics::Registry& registry, const Clock& clock, Hl7SourceFacts facts)
    : settings_(std::move(settings)),
      credentials_(std::move(credentials)),
      registry_(registry),
      clock_(clock),
      facts_(std::move(facts)),
      due_(registry.gauge("edgeward_hl7_in_unanswered_messages",
                          "HL7 messages taken over and not yet committed.")),
      since_(clock.now()) {}

Hl7Source::~Hl7Source() {
    stop();
}

Result<void> Hl7Source::start(MessageHandler on_message) {
    on_message_ = std::move(on_message);
    auto started = start_mllp_listener(settings_, credentials_, registry_,
                                       [this](std::string_view sender, std::string_view message,
                                              MllpReply reply) { take(sender, message, std::move(reply)); });
    if (!started) return failure(std::move(started.error()));
    listener_ = *std::move(started);
    log::info("listening for HL7 results", {{"port", listener_->port()}});
    const std::lock_guard lock(mutex_);
    listening_ = true;
    since_ = clock_.now();
    return {};
}

std::uint16_t Hl7Source::port() const {
    return listener_ ? listener_->port() : std::uint16_t{0};
}

void Hl7Source::take(std::string_view sender, std::string_view octets, MllpReply reply) {
    model::RawMessage raw;
    raw.source = model::Source::hl7;
    raw.topic = model::topic_of_sender(sender);
    raw.payload.assign(octets.begin(), octets.end());
    raw.received = clock_.now();
    Due due;
    due.sender = sender;
    due.header = hl7::read_header(octets).value_or(hl7::MessageHeader{});
    due.control_id = answer_id(sender, octets);
    if (due.header.trigger == "R30") due.order = hl7::order_numbers_of(octets);
    due.fault = hl7::check_results(octets);
    due.reply = std::move(reply);
    if (due_.hand_over(std::move(raw), due, on_message_)) return;
    const hl7::MessageFault stopping{207, {}, 0, 0, "not committed; send it again"};
    answer(due, &stopping);
}

void Hl7Source::tell(std::uint64_t ticket, Fate fate, std::string_view reason) {
    due_.tell(ticket, fate, reason);
}

void Hl7Source::acknowledge_through(std::uint64_t ticket) {
    for (const auto& due : due_.committed_through(ticket)) {
        const auto fault = fault_of(due);
        answer(due, fault ? &*fault : nullptr);
    }
}

// What is of no use is taken all the same: sent again it would be of none either.
std::optional<hl7::MessageFault> Hl7Source::fault_of(const Due& due) const {
    if (due.fate != Fate::refused) return std::nullopt;
    if (due.reason == "oversized") {
        return hl7::MessageFault{
            102, {}, 0, 0, "expected at most " + std::to_string(facts_.largest_message) + " octets"};
    }
    return due.fault;
}

void Hl7Source::answer(const Due& due, const hl7::MessageFault* fault) {
    std::string_view outcome = "accepted";
    if (due.fate == Fate::held) outcome = "held";
    if (fault != nullptr) outcome = hl7::is_rejection(*fault) ? "rejected" : "refused";
    count(due.sender, outcome);
    if (fault != nullptr && fault->condition != 207) {
        const std::lock_guard lock(mutex_);
        trouble_.raise(due.sender + ' ' + fault->to_string(), "a message with HL7 results is refused",
                       {{"sender", due.sender}, {"reason", fault->to_string()}});
    }
    const auto code = hl7::answer_code(due.header, fault);
    if (!code) {
        due.reply(std::nullopt);
        return;
    }
    const Instant now = clock_.now();
    const int offset = zone_offset_minutes(now, facts_.zone()).value_or(0);
    due.reply(hl7::write_acknowledgement(
        due.header, *code, fault, {due.control_id, {now, offset}, due.order.placer, due.order.filler}));
}

void Hl7Source::count(const std::string& sender, std::string_view outcome) {
    registry_
        .counter("edgeward_hl7_in_messages_total", "Messages with HL7 results, by what their senders heard.",
                 {{"sender", sender}, {"outcome", std::string(outcome)}})
        .add();
}

Result<void> Hl7Source::reload_certificates() {
    return listener_ ? listener_->reload_certificates() : Result<void>{};
}

void Hl7Source::stop() {
    if (listener_) listener_->stop();
    const std::lock_guard lock(mutex_);
    if (listening_) since_ = clock_.now();
    listening_ = false;
}

SourceStatus Hl7Source::status() const {
    const std::lock_guard lock(mutex_);
    SourceStatus status;
    status.connected = listening_;
    status.protocol = "HL7 v2";
    if (!listening_) status.trouble = "the port of HL7 results is not open";
    status.since = since_;
    due_.describe(status);
    return status;
}

std::unique_ptr<ObservationSource> make_hl7_source(MllpListenerSettings settings,
                                                   const config::Credentials& credentials,
                                                   metrics::Registry& registry, const Clock& clock,
                                                   Hl7SourceFacts facts) {
    return std::make_unique<Hl7Source>(std::move(settings), credentials, registry, clock, std::move(facts));
}

}  // namespace edgeward::ingest
