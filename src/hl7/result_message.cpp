#include <edgeward/hl7/result_message.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

#include "charset.hpp"
#include "date_time.hpp"
#include "message.hpp"

namespace edgeward::hl7 {
namespace {

constexpr std::size_t most_identifiers = 50;

constexpr bool is_digit(char sign) noexcept {
    return sign >= '0' && sign <= '9';
}

// "1.16.1.4", "1.2.1.14.1": at most nine numbers below 2^32.
std::vector<std::uint32_t> numbers_of(std::string_view text) {
    std::vector<std::uint32_t> numbers;
    while (!text.empty() && numbers.size() < 9) {
        std::uint32_t number = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        if (read.ec != std::errc() || !is_digit(text.front())) return {};
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
        numbers.push_back(number);
        if (text.empty()) return numbers;
        if (text.front() != '.' || text.size() == 1) return {};
        text.remove_prefix(1);
    }
    return {};
}

// As long as the place of a [[device]] may be.
bool is_short(const model::Location& place) {
    constexpr std::size_t longest = 128;
    return place.ward.size() <= longest && place.room.size() <= longest && place.bed.size() <= longest;
}

// Types of HL7 table 0203 that name a visit or an account, not a person.
bool names_no_person(std::string_view type) {
    return type == "VN" || type == "AN" || type == "ANON" || type == "ACSN";
}

class ResultReader {
public:
    ResultReader(const Message& message, Charset charset, const ResultReading& reading)
        : message_(message),
          charset_(charset),
          reading_(reading),
          zone_(zone_of_times(message, reading.zone, reading.zone_holds)) {}

    ResultMessage read();

private:
    // What the OBX that follow belong to.
    enum class Below : std::uint8_t { nothing, order, specimen };

    [[nodiscard]] std::string text(const Segment& segment, std::size_t field, std::size_t component = 1,
                                   std::size_t repetition = 0) const {
        return meant(segment.component(field, component, repetition));
    }
    [[nodiscard]] std::string meant(const std::string& octets) const {
        const auto first = octets.find_first_not_of(" \t");
        if (first == std::string::npos || octets == "\"\"") return {};
        return to_utf8(octets.substr(first, octets.find_last_not_of(" \t") - first + 1), charset_);
    }
    [[nodiscard]] CodedElement coded(const Segment& segment, std::size_t field) const {
        const auto part = [&](std::size_t number) { return text(segment, field, number); };
        return {{part(1), part(2), part(3)}, {part(4), part(5), part(6)}};
    }
    [[nodiscard]] std::optional<ZonedTime> time_of(std::string_view stated) const {
        const auto time = parse_dtm(stated, zone_);
        return time ? std::optional(*time) : std::nullopt;
    }

    void take(const Segment& segment);
    void begin_patient(const Segment& pid);
    void begin_order(const Segment& obr);
    void take_common_order(const Segment& orc);
    void take_specimen(const Segment& spm);
    void take_row(const Segment& obx);
    void take_equipment(const Segment& segment, std::size_t field, bool of_device);
    void take_value(const Segment& obx, ResultRow& row) const;
    void finish_order();
    [[nodiscard]] std::string authority_of(const Segment& pid, std::size_t repetition) const;
    ResultGroup& group() {
        if (read_.groups.empty()) read_.groups.emplace_back();
        return read_.groups.back();
    }

    const Message& message_;
    Charset charset_;
    const ResultReading& reading_;
    const std::string zone_;  // of times that state none
    ResultMessage read_;
    Below below_ = Below::nothing;
    std::string placer_;  // of the ORC that stands before its OBR
    std::string filler_;
    std::string order_time_;     // OBR-7
    std::string specimen_time_;  // SPM-17.1
    bool control_ = false;       // OUL: of the specimen whose orders follow
    std::size_t rows_ = 0;
};

std::string ResultReader::authority_of(const Segment& pid, std::size_t repetition) const {
    const auto name = meant(pid.subcomponent(3, 4, 1, repetition));
    const auto id = meant(pid.subcomponent(3, 4, 2, repetition));
    const auto type = meant(pid.subcomponent(3, 4, 3, repetition));
    if (name.empty() && id.empty()) return reading_.default_authority;
    // An id of type L, or of none, is the sender's own and says no more than the name.
    const bool universal = !id.empty() && !type.empty() && type != "L";
    for (const auto& [known, designator] : reading_.authorities) {
        if (!id.empty() && id == designator.universal_id) return known;
        if (!universal && !name.empty() && (name == designator.namespace_id || name == known)) return known;
    }
    return {};
}

void ResultReader::begin_patient(const Segment& pid) {
    ResultGroup group;
    const auto count = std::min(pid.repetitions(3).size(), most_identifiers);
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
        model::PatientIdentifier one;
        one.value = text(pid, 3, 1, i);
        one.authority = authority_of(pid, i);
        if (auto type = text(pid, 3, 5, i); !type.empty()) one.type = std::move(type);
        if (one.value.empty() || names_no_person(one.type)) continue;
        any = true;
        if (!one.authority.empty()) group.identifiers.push_back(std::move(one));
    }
    group.others = any && group.identifiers.empty();
    read_.groups.push_back(std::move(group));
    below_ = Below::nothing;
    control_ = false;
    specimen_time_.clear();
    placer_.clear();
    filler_.clear();
}

void ResultReader::begin_order(const Segment& obr) {
    finish_order();
    ResultOrder order;
    order.placer = text(obr, 2);
    order.filler = text(obr, 3);
    if (order.placer.empty()) order.placer = placer_;
    if (order.filler.empty()) order.filler = filler_;
    order.control = control_;
    order_time_ = text(obr, 7);
    group().orders.push_back(std::move(order));
    below_ = Below::order;
    placer_.clear();
    filler_.clear();
}

// It stands before its OBR, but by specimen (OUL) behind it.
void ResultReader::take_common_order(const Segment& orc) {
    if (read_.trigger == "R22" && below_ == Below::order) {
        auto& order = group().orders.back();
        if (order.placer.empty()) order.placer = text(orc, 2);
        if (order.filler.empty()) order.filler = text(orc, 3);
        return;
    }
    finish_order();
    placer_ = text(orc, 2);
    filler_ = text(orc, 3);
    below_ = Below::nothing;
}

// By specimen (OUL) it comes before its orders, by order (ORU) behind the one it belongs to. Some
// laboratories put it before the rows: then those are the order's all the same.
void ResultReader::take_specimen(const Segment& spm) {
    const auto role = text(spm, 11);
    const bool control = !role.empty() && role != "P";
    auto time = text(spm, 17);
    if (read_.trigger == "R22") {
        finish_order();
        control_ = control;
        specimen_time_ = std::move(time);
    } else if (below_ == Below::order) {
        auto& order = group().orders.back();
        order.control = order.control || control;
        specimen_time_ = std::move(time);
        if (order.rows.empty()) return;
        finish_order();
    }
    below_ = Below::specimen;
}

// Rows that say no time themselves have that of their specimen.
void ResultReader::finish_order() {
    if (read_.groups.empty() || group().orders.empty() || specimen_time_.empty()) return;
    const auto time = time_of(specimen_time_);
    for (auto& row : group().orders.back().rows) {
        if (!row.timeless) continue;
        row.time = time;
        row.timeless = false;
    }
    if (read_.trigger != "R22") specimen_time_.clear();
}

void ResultReader::take_equipment(const Segment& segment, std::size_t field, bool of_device) {
    const auto count = std::min<std::size_t>(segment.repetitions(field).size(), 10);
    for (std::size_t i = 0; i < count; ++i) {
        EquipmentName name{text(segment, field, 1, i), text(segment, field, 3, i), of_device};
        if (!name.entity.empty() || !name.universal.empty()) read_.equipment.push_back(std::move(name));
    }
}

void ResultReader::take_value(const Segment& obx, ResultRow& row) const {
    row.repeats = obx.field(5).find(message_.delimiters().repetition) != std::string_view::npos;
    for (const auto& component : obx.components(5))
        row.value.push_back(meant(component));
    while (!row.value.empty() && row.value.back().empty())
        row.value.pop_back();
}

void ResultReader::take_row(const Segment& obx) {
    ++rows_;
    if (below_ != Below::order) {
        ++read_.outside;
        return;
    }
    ResultRow row;
    row.number = rows_;
    row.type = text(obx, 2);
    row.code = coded(obx, 3);
    row.place = numbers_of(text(obx, 4));
    take_value(obx, row);
    row.unit = coded(obx, 6);
    row.range = text(obx, 7);
    const auto flags = std::min<std::size_t>(obx.repetitions(8).size(), 20);
    for (std::size_t i = 0; i < flags; ++i) {
        if (auto flag = text(obx, 8, 1, i); !flag.empty()) row.flags.push_back(std::move(flag));
    }
    row.status = text(obx, 11);
    const auto own = text(obx, 14);
    row.time = time_of(own.empty() ? order_time_ : own);
    row.timeless = own.empty() && order_time_.empty();
    row.method = text(obx, 17);
    row.site = coded(obx, 20);
    const bool of_device = row.place.size() == 4 && row.place[1] == 0;
    take_equipment(obx, 18, of_device);
    group().orders.back().rows.push_back(std::move(row));
}

void ResultReader::take(const Segment& segment) {
    const auto name = segment.name();
    if (name == "PID") {
        finish_order();
        begin_patient(segment);
    } else if (name == "PV1") {
        model::Location place{meant(segment.subcomponent(3, 1, 1)), meant(segment.subcomponent(3, 2, 1)),
                              meant(segment.subcomponent(3, 3, 1))};
        if (place != model::Location{} && is_short(place)) group().place = std::move(place);
    } else if (name == "ORC") {
        take_common_order(segment);
    } else if (name == "OBR") {
        begin_order(segment);
    } else if (name == "SPM") {
        take_specimen(segment);
    } else if (name == "OBX") {
        take_row(segment);
    } else if (name == "PRT") {
        take_equipment(segment, 10, false);
    }
}

ResultMessage ResultReader::read() {
    const Segment& msh = message_.segments().front();
    read_.trigger = text(msh, 9, 2);
    if (read_.trigger.empty()) read_.trigger = "R01";
    const auto processing = text(msh, 11);
    if (processing == "D") read_.mode = model::Mode::demo;
    if (processing == "T") read_.mode = model::Mode::test;
    read_.sending_universal = text(msh, 3, 2);
    read_.time = time_of(text(msh, 7));
    for (const Segment& segment : message_.segments())
        take(segment);
    finish_order();
    return std::move(read_);
}

std::optional<MessageFault> check_header(const Segment& msh) {
    const auto type = msh.component(9, 1);
    const auto trigger = msh.component(9, 2);
    if (type.empty()) return MessageFault{101, "MSH", 9, 1, "expected the type of the message"};
    if (type != "ORU" && type != "OUL") return MessageFault{200, "MSH", 9, 1, "expected ORU or OUL"};
    const bool known =
        type == "ORU" ? trigger.empty() || trigger == "R01" || trigger == "R30" : trigger == "R22";
    if (!known) return MessageFault{201, "MSH", 9, 2, "expected R01 or R30 of ORU, R22 of OUL"};
    if (msh.component(10, 1).empty())
        return MessageFault{101, "MSH", 10, 1, "expected the message's control id"};
    const auto processing = msh.component(11, 1);
    if (!processing.empty() && processing != "P" && processing != "D" && processing != "T")
        return MessageFault{202, "MSH", 11, 1, "expected P, D or T"};
    const auto version = msh.component(12, 1);
    if (!version.empty() && !version.starts_with("2."))
        return MessageFault{203, "MSH", 12, 1, "expected a version 2"};
    return std::nullopt;
}

std::optional<MessageFault> check_one_order(const Message& message) {
    const auto count = [&](std::string_view name) {
        return std::ranges::count(message.segments(), name, &Segment::name);
    };
    if (count("ORC") != 1) return MessageFault{100, "ORC", 0, 0, "expected exactly one order"};
    if (count("OBR") != 1) return MessageFault{100, "OBR", 0, 0, "expected exactly one order"};
    if (message.find("ORC")->component(1, 1) != "NW")
        return MessageFault{103, "ORC", 1, 1, "expected NW: a new order"};
    return std::nullopt;
}

std::optional<MessageFault> check(const Message& message) {
    const Segment& msh = message.segments().front();
    if (auto wrong = check_header(msh)) return wrong;
    if (msh.component(9, 2) == "R30") {
        if (auto wrong = check_one_order(message)) return wrong;
    }
    if (message.find("OBR") == nullptr) return MessageFault{100, "OBR", 0, 0, "expected an order"};
    return std::nullopt;
}

MessageFault no_message() {
    return {100, "MSH", 0, 0, "expected a message that begins with MSH"};
}

}  // namespace

std::optional<MessageFault> check_results(std::string_view octets) {
    const auto message = Message::parse(without_prelude(octets));
    return message ? check(*message) : no_message();
}

tl::expected<ResultMessage, MessageFault> read_results(std::string_view octets,
                                                       const ResultReading& reading) {
    octets = without_prelude(octets);
    const auto message = Message::parse(octets);
    if (!message) return tl::unexpected(no_message());
    if (auto wrong = check(*message)) return tl::unexpected(*std::move(wrong));
    return ResultReader(*message, charset_of(octets, message->segments().front().field(18)), reading).read();
}

OrderNumbers order_numbers_of(std::string_view octets) {
    octets = without_prelude(octets);
    const auto message = Message::parse(octets);
    if (!message) return {};
    const Charset charset = charset_of(octets, message->segments().front().field(18));
    const auto number = [&](std::size_t field) {
        for (const std::string_view name : {"ORC", "OBR"}) {
            const Segment* segment = message->find(name);
            if (segment == nullptr) continue;
            if (auto found = to_utf8(segment->component(field, 1), charset); !found.empty()) return found;
        }
        return std::string();
    };
    return {number(2), number(3)};
}

}  // namespace edgeward::hl7
