#include <edgeward/audit/books_report.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <edgeward/crypto/digest.hpp>

namespace edgeward::audit {
namespace {

constexpr std::string_view unknown_devices = "unknown devices";
constexpr std::size_t most_octets = std::size_t{16} << 20U;  // lines of one report a reader keeps

struct Part {
    std::string_view word;
    std::uint64_t count;
};

// "received 12 = stored 10 + refused 2"
template <std::size_t N>
std::string equation(const Part& whole, const std::array<Part, N>& parts) {
    std::string text;
    const auto add = [&text](std::string_view before, const Part& part) {
        text.append(before).append(part.word).append(" ").append(std::to_string(part.count));
    };
    add("", whole);
    for (std::size_t i = 0; i < N; ++i)
        add(i == 0 ? " = " : " + ", parts[i]);
    return text;
}

std::string equation_of(const DeviceLine& line) {
    return equation<3>(
        {"received", line.received},
        {{{"stored", line.stored}, {"quarantined", line.quarantined}, {"refused", line.refused}}});
}

std::string equation_of(const DestinationLine& line) {
    return equation<5>({"offered", line.offered}, {{{"delivered", line.delivered},
                                                    {"pending", line.pending},
                                                    {"dead", line.dead},
                                                    {"filtered", line.filtered},
                                                    {"erased", line.erased}}});
}

DeviceLine total_of(const std::vector<DeviceLine>& lines) {
    DeviceLine total;
    for (const DeviceLine& line : lines) {
        total.received += line.received;
        total.stored += line.stored;
        total.quarantined += line.quarantined;
        total.refused += line.refused;
    }
    return total;
}

Event event(Action action, std::string object, std::string rule, std::uint64_t count, bool balanced) {
    Event made;
    made.actor = "gateway";
    made.action = action;
    made.object = std::move(object);
    made.rule = std::move(rule);
    made.count = count;
    made.outcome = balanced ? Outcome::success : Outcome::failure;
    return made;
}

// What the closing record's digest covers of one line: object, line feed, rule, line feed.
void append_line(Bytes& to, const Event& line) {
    for (const std::string* text : {&line.object, &line.rule}) {
        const ByteView octets = bytes_of(*text);
        to.insert(to.end(), octets.begin(), octets.end());
        to.push_back('\n');
    }
}

std::string counted_words(const BooksReport& report) {
    if (!report.differences) return "rows not counted";
    if (*report.differences == 0) return "rows counted, equal";
    return "rows counted, " + std::to_string(*report.differences) + " lines differ";
}

std::optional<std::uint64_t> number_at_end(std::string_view text) {
    const std::string_view word = text.substr(text.rfind(' ') + 1);
    std::uint64_t number = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
    if (word.empty() || read.ec != std::errc() || read.ptr != word.data() + word.size()) return std::nullopt;
    return number;
}

// "received 12 = stored 10 + refused 2": does it hold, and is it a sum of that many things?
bool equation_holds(std::string_view text, std::uint64_t whole) {
    const std::size_t equals = text.find(" = ");
    if (equals == std::string_view::npos || number_at_end(text.substr(0, equals)) != whole) return false;
    std::uint64_t sum = 0;
    for (std::string_view rest = text.substr(equals + 3); !rest.empty();) {
        const std::size_t plus = rest.find(" + ");
        const auto part = number_at_end(rest.substr(0, plus));
        if (!part) return false;
        sum += *part;
        rest = plus == std::string_view::npos ? std::string_view() : rest.substr(plus + 3);
    }
    return sum == whole;
}

}  // namespace

bool is_balanced(const DeviceLine& line) noexcept {
    return line.received == line.stored + line.quarantined + line.refused;
}

bool is_balanced(const DestinationLine& line) noexcept {
    return line.offered == line.delivered + line.pending + line.dead + line.filtered + line.erased;
}

bool is_balanced(const BooksReport& report) noexcept {
    const auto fine = [](const auto& line) { return is_balanced(line); };
    return report.differences.value_or(0) == 0 &&
           std::all_of(report.devices.begin(), report.devices.end(), fine) &&
           std::all_of(report.destinations.begin(), report.destinations.end(), fine);
}

std::vector<Event> events_of(const BooksReport& report) {
    std::vector<Event> events;
    for (const DeviceLine& line : report.devices) {
        const std::string name = line.device.empty() ? std::string(unknown_devices) : "device " + line.device;
        events.push_back(
            event(Action::books_device, name, equation_of(line), line.received, is_balanced(line)));
    }
    for (const DestinationLine& line : report.destinations)
        events.push_back(event(Action::books_destination, "destination " + line.destination,
                               equation_of(line), line.offered, is_balanced(line)));
    Bytes lines;
    for (const Event& line : events)
        append_line(lines, line);
    Event closing = event(Action::books_reconciled,
                          "due " + to_rfc3339(report.due) + ", as of record " + std::to_string(report.as_of),
                          equation_of(total_of(report.devices)) + "; " + counted_words(report), events.size(),
                          is_balanced(report));
    closing.details = crypto::sha256(lines);
    events.push_back(std::move(closing));
    return events;
}

void BooksReader::take(std::uint64_t sequence, const Event& event) {
    if (seen_ == 0) first_ = sequence;
    if (event.action == Action::books_device || event.action == Action::books_destination) {
        if (lines_.size() < most_octets) append_line(lines_, event);
        ++count_;
        ++seen_;
        balanced_ = balanced_ && equation_holds(event.rule, event.count);
        return;
    }
    const std::uint64_t before = seen_++;
    if (event.action != Action::books_reconciled) return;
    // A log that begins inside a report shows only some of its lines: nothing can be said of that one.
    const bool cut_off = first_ > 1 && before < event.count && count_ == before;
    const bool complete = count_ == event.count && crypto::sha256(lines_) == event.details;
    if (!cut_off) {
        const bool sound = complete && balanced_ && event.outcome == Outcome::success;
        ++findings_.reports;
        findings_.newest = event.object;
        findings_.newest_balanced = sound;
        findings_.unsound += sound ? 0 : 1;
        if (!sound && findings_.first_bad == 0) findings_.first_bad = sequence;
    }
    lines_.clear();
    count_ = 0;
    balanced_ = true;
}

}  // namespace edgeward::audit
