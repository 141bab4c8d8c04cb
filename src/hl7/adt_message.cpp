#include <edgeward/hl7/adt_message.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "charset.hpp"
#include "date_time.hpp"
#include "message.hpp"

namespace edgeward::hl7 {

namespace {

constexpr std::size_t most_identifiers = 50;  // of a person in one message
constexpr std::size_t most_groups = 100;      // of a message; merges come in lists

constexpr std::array<std::pair<std::string_view, AdtEvent>, 18> events{{
    {"A01", AdtEvent::admit},
    {"A02", AdtEvent::transfer},
    {"A03", AdtEvent::discharge},
    {"A04", AdtEvent::register_outpatient},
    {"A05", AdtEvent::pre_admit},
    {"A06", AdtEvent::change_class},
    {"A07", AdtEvent::change_class},
    {"A08", AdtEvent::update},
    {"A28", AdtEvent::update},
    {"A31", AdtEvent::update},
    {"A11", AdtEvent::cancel_admit},
    {"A12", AdtEvent::cancel_transfer},
    {"A13", AdtEvent::cancel_discharge},
    {"A34", AdtEvent::merge},
    {"A40", AdtEvent::merge},
    {"A44", AdtEvent::move_account},
    {"A45", AdtEvent::move_visit},
    {"Z99", AdtEvent::change_movement},
}};

AdtEvent event_of(std::string_view trigger) {
    for (const auto& [name, event] : events) {
        if (name == trigger) return event;
    }
    return AdtEvent::other;
}

bool moves_somebody(AdtEvent event) {
    switch (event) {
        case AdtEvent::admit:
        case AdtEvent::transfer:
        case AdtEvent::discharge:
        case AdtEvent::register_outpatient:
        case AdtEvent::change_class:
        case AdtEvent::change_movement:
            return true;
        case AdtEvent::pre_admit:
        case AdtEvent::update:
        case AdtEvent::cancel_admit:
        case AdtEvent::cancel_transfer:
        case AdtEvent::cancel_discharge:
        case AdtEvent::merge:
        case AdtEvent::move_account:
        case AdtEvent::move_visit:
        case AdtEvent::other:
            return false;
    }
    return false;
}

tl::unexpected<MessageFault> fault(std::uint32_t condition, std::string segment, std::size_t field,
                                   std::size_t component, std::string text) {
    return tl::unexpected(MessageFault{condition, std::move(segment), field, component, std::move(text)});
}

// HL7 table 0001, and W as German systems write it.
std::string sex_of(std::string_view code) {
    if (code == "M") return "male";
    if (code == "F" || code == "W") return "female";
    if (code == "O" || code == "A" || code == "D" || code == "X") return "other";
    return "unknown";
}

template <typename Value>
using Read = tl::expected<Value, MessageFault>;

class AdtReader {
public:
    AdtReader(const Message& message, Charset charset, const AdtReading& reading)
        : message_(message),
          charset_(charset),
          reading_(reading),
          zone_(zone_of_times(message, reading.zone, reading.zone_holds)) {}

    Read<AdtMessage> read();

private:
    // Text of a component; HL7's "" means that the value is deleted, which is unknown here.
    [[nodiscard]] std::string text(const Segment& segment, std::size_t field, std::size_t component = 1,
                                   std::size_t repetition = 0) const {
        return meant(segment.component(field, component, repetition));
    }
    [[nodiscard]] std::string part(const Segment& segment, std::size_t field, std::size_t component,
                                   std::size_t subcomponent, std::size_t repetition = 0) const {
        return meant(segment.subcomponent(field, component, subcomponent, repetition));
    }
    [[nodiscard]] std::string meant(const std::string& octets) const {
        const auto first = octets.find_first_not_of(" \t");
        if (first == std::string::npos || octets == "\"\"") return {};
        return to_utf8(octets.substr(first, octets.find_last_not_of(" \t") - first + 1), charset_);
    }

    [[nodiscard]] std::optional<MessageFault> check_header() const;
    [[nodiscard]] std::string authority_of(const Segment& segment, std::size_t field,
                                           std::size_t repetition) const;
    [[nodiscard]] Read<std::vector<model::PatientIdentifier>> identifiers(const Segment& segment,
                                                                          std::size_t field) const;
    [[nodiscard]] Read<AdtGroup> group_of(const Segment& pid) const;
    void add_visit(AdtGroup& group, const Segment& pv1) const;
    [[nodiscard]] std::optional<MessageFault> add_merge(AdtGroup& group, const Segment& mrg) const;
    [[nodiscard]] model::Location place(const Segment& pv1, std::size_t field) const;
    [[nodiscard]] Read<std::vector<AdtGroup>> groups() const;
    [[nodiscard]] Read<std::optional<MovementMark>> mark() const;
    [[nodiscard]] Read<ZonedTime> occurred(AdtEvent event) const;
    [[nodiscard]] std::optional<ZonedTime> recorded() const;
    [[nodiscard]] std::optional<MessageFault> check_groups(const AdtMessage& read) const;

    const Message& message_;
    Charset charset_;
    const AdtReading& reading_;
    const std::string zone_;  // of times that state none
};

std::optional<MessageFault> AdtReader::check_header() const {
    const Segment& msh = message_.segments().front();
    if (text(msh, 9) != "ADT") return MessageFault{200, "MSH", 9, 1, "expected a message of type ADT"};
    const auto processing = text(msh, 11);
    if (!processing.empty() && processing != "P")
        return MessageFault{202, "MSH", 11, 1, "expected P: other messages move nobody"};
    const auto version = text(msh, 12);
    if (!version.empty() && !version.starts_with("2."))
        return MessageFault{203, "MSH", 12, 1, "expected a version 2"};
    return std::nullopt;
}

std::string AdtReader::authority_of(const Segment& segment, std::size_t field, std::size_t repetition) const {
    const auto name = part(segment, field, 4, 1, repetition);
    const auto id = part(segment, field, 4, 2, repetition);
    if (name.empty() && id.empty()) return reading_.default_authority;
    for (const auto& [known, designator] : reading_.authorities) {
        if (!id.empty() && id == designator.universal_id) return known;
        if (id.empty() && (name == designator.namespace_id || name == known)) return known;
    }
    return {};
}

Read<std::vector<model::PatientIdentifier>> AdtReader::identifiers(const Segment& segment,
                                                                   std::size_t field) const {
    std::vector<model::PatientIdentifier> found;
    const auto count = segment.repetitions(field).size();
    if (count > most_identifiers)
        return fault(102, std::string(segment.name()), field, 0, "expected at most 50 identifiers");
    for (std::size_t i = 0; i < count; ++i) {
        model::PatientIdentifier one;
        one.value = text(segment, field, 1, i);
        one.authority = authority_of(segment, field, i);
        if (auto type = text(segment, field, 5, i); !type.empty()) one.type = std::move(type);
        const bool known = std::ranges::any_of(found, [&](const model::PatientIdentifier& other) {
            return other.value == one.value && other.authority == one.authority;
        });
        if (!one.value.empty() && !one.authority.empty() && !known) found.push_back(std::move(one));
    }
    return found;
}

Read<AdtGroup> AdtReader::group_of(const Segment& pid) const {
    AdtGroup group;
    auto ids = identifiers(pid, 3);
    if (!ids) return tl::unexpected(std::move(ids.error()));
    if (ids->empty()) return fault(101, "PID", 3, 1, "expected an identifier of a configured authority");
    group.patient.identifiers = *std::move(ids);
    // The legal name where it is marked, else the first.
    std::size_t name = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(pid.repetitions(5).size(), 20); ++i) {
        if (text(pid, 5, 7, i) != "L") continue;
        name = i;
        break;
    }
    group.patient.family = part(pid, 5, 1, 1, name);
    group.patient.given = text(pid, 5, 2, name);
    group.patient.birth_date = day_of_dtm(text(pid, 7));
    group.patient.sex = sex_of(text(pid, 8));
    group.account = text(pid, 18);
    group.patient.visit_number = group.account;
    return group;
}

model::Location AdtReader::place(const Segment& pv1, std::size_t field) const {
    return {part(pv1, field, 1, 1), part(pv1, field, 2, 1), part(pv1, field, 3, 1)};
}

void AdtReader::add_visit(AdtGroup& group, const Segment& pv1) const {
    group.place = place(pv1, 3);
    group.prior_place = place(pv1, 6);
    if (auto facility = part(pv1, 3, 4, 1); facility != reading_.facility)
        group.other_facility = std::move(facility);
    if (auto number = text(pv1, 19); !number.empty()) group.patient.visit_number = std::move(number);
}

std::optional<MessageFault> AdtReader::add_merge(AdtGroup& group, const Segment& mrg) const {
    auto ids = identifiers(mrg, 1);
    if (!ids) return std::move(ids.error());
    group.merged = *std::move(ids);
    group.merged_account = text(mrg, 3);
    group.merged_visit = text(mrg, 5);
    return std::nullopt;
}

// PID begins a group; a second MRG of the same PID (A45) begins one with the same patient.
Read<std::vector<AdtGroup>> AdtReader::groups() const {
    std::vector<AdtGroup> all;
    bool merged = false;
    for (const Segment& segment : message_.segments()) {
        if (all.size() > most_groups) return fault(100, "PID", 0, 0, "expected at most 100 patients");
        if (segment.name() == "PID") {
            auto group = group_of(segment);
            if (!group) return tl::unexpected(std::move(group.error()));
            all.push_back(*std::move(group));
            merged = false;
        } else if (segment.name() == "PV1" && !all.empty()) {
            add_visit(all.back(), segment);
        } else if (segment.name() == "MRG" && !all.empty()) {
            if (merged) {
                AdtGroup next;
                next.patient = all.back().patient;
                next.account = all.back().account;
                all.push_back(std::move(next));
            }
            if (auto wrong = add_merge(all.back(), segment)) return tl::unexpected(*std::move(wrong));
            merged = true;
        }
    }
    if (all.empty()) return fault(100, "PID", 0, 0, "expected a patient");
    return all;
}

Read<std::optional<MovementMark>> AdtReader::mark() const {
    const Segment* zbe = message_.find("ZBE");
    if (zbe == nullptr) return std::nullopt;
    MovementMark mark;
    mark.id = text(*zbe, 1);
    std::string action = text(*zbe, 4);
    std::ranges::transform(action, action.begin(),
                           [](unsigned char each) { return static_cast<char>(std::toupper(each)); });
    if (action == "UPDATE") {
        mark.action = MovementAction::update;
    } else if (action == "CANCEL" || action == "DELETE") {
        mark.action = MovementAction::cancel;
    } else if (!action.empty() && action != "INSERT") {
        return fault(103, "ZBE", 4, 1, "expected INSERT, UPDATE, CANCEL or DELETE");
    }
    if (mark.id.empty() && mark.action != MovementAction::insert)
        return fault(101, "ZBE", 1, 1, "expected the movement's id");
    if (const auto original = event_of(text(*zbe, 6)); original != AdtEvent::other) mark.original = original;
    return mark;
}

Read<ZonedTime> AdtReader::occurred(AdtEvent event) const {
    struct Place {
        const char* segment;
        std::size_t field;
        bool meant;
    };
    const bool leaves = event == AdtEvent::discharge;
    const bool arrives = event == AdtEvent::admit || event == AdtEvent::register_outpatient;
    const Place places[] = {{"ZBE", 2, true},    {"EVN", 6, true}, {"PV1", 44, arrives},
                            {"PV1", 45, leaves}, {"EVN", 2, true}, {"MSH", 7, true}};
    for (const auto& [name, field, is_meant] : places) {
        const Segment* segment = is_meant ? message_.find(name) : nullptr;
        const auto stated = segment != nullptr ? text(*segment, field) : std::string();
        if (stated.empty()) continue;
        const auto time = parse_dtm(stated, zone_);
        if (!time) return fault(102, name, field, 1, "expected a time to the minute that exists");
        return *time;
    }
    return fault(101, "EVN", 2, 1, "expected the time of the event");
}

std::optional<ZonedTime> AdtReader::recorded() const {
    for (const auto& [name, field] : {std::pair("EVN", 2U), std::pair("MSH", 7U)}) {
        const Segment* segment = message_.find(name);
        if (segment == nullptr) continue;
        if (auto time = parse_dtm(text(*segment, field), zone_)) return *time;
    }
    return std::nullopt;
}

// What an event cannot do without.
std::optional<MessageFault> AdtReader::check_groups(const AdtMessage& read) const {
    for (const auto& group : read.groups) {
        const bool is_bedless = group.place == model::Location{};
        if (read.event == AdtEvent::transfer && is_bedless)
            return MessageFault{101, "PV1", 3, 1, "expected where the patient goes"};
        if (read.event == AdtEvent::merge && group.merged.empty())
            return MessageFault{101, "MRG", 1, 1, "expected an identifier of a configured authority"};
        if (read.event == AdtEvent::move_account && group.merged_account.empty())
            return MessageFault{101, "MRG", 3, 1, "expected the account that moves"};
        if (read.event == AdtEvent::move_visit && group.merged_visit.empty())
            return MessageFault{101, "MRG", 5, 1, "expected the visit that moves"};
    }
    if (read.event == AdtEvent::change_movement && !read.mark)
        return MessageFault{100, "ZBE", 0, 0, "expected a movement"};
    return std::nullopt;
}

Read<AdtMessage> AdtReader::read() {
    if (auto wrong = check_header()) return tl::unexpected(*std::move(wrong));
    AdtMessage read;
    read.trigger = text(message_.segments().front(), 9, 2);
    const Segment* evn = message_.find("EVN");
    if (read.trigger.empty() && evn != nullptr) read.trigger = text(*evn, 1);
    if (read.trigger.empty()) return fault(101, "MSH", 9, 2, "expected the event");
    read.event = event_of(read.trigger);
    if (read.event == AdtEvent::other) return read;
    auto all = groups();
    if (!all) return tl::unexpected(std::move(all.error()));
    read.groups = *std::move(all);
    auto movement = mark();
    if (!movement) return tl::unexpected(std::move(movement.error()));
    read.mark = *std::move(movement);
    read.recorded = recorded();
    // An update that changes a movement needs its time as the movement's own event does.
    const bool moves = moves_somebody(read.event) || (read.event == AdtEvent::update && read.mark &&
                                                      read.mark->action == MovementAction::update);
    auto time = occurred(read.event);
    if (!time && moves) return tl::unexpected(std::move(time.error()));
    if (time) read.occurred = *time;
    if (auto wrong = check_groups(read)) return tl::unexpected(*std::move(wrong));
    return read;
}

}  // namespace

tl::expected<AdtMessage, MessageFault> read_adt(std::string_view octets, const AdtReading& reading) {
    octets = without_prelude(octets);
    const auto message = Message::parse(octets);
    if (!message) return fault(100, "MSH", 0, 0, "expected a message that begins with MSH");
    const auto stated = message->segments().front().field(18);
    return AdtReader(*message, charset_of(octets, stated), reading).read();
}

}  // namespace edgeward::hl7
