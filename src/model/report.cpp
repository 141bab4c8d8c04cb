#include <edgeward/model/report.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

#include <edgeward/core/octet_reader.hpp>
#include <edgeward/core/octet_writer.hpp>

namespace edgeward::model {
namespace {

constexpr std::uint8_t object_body_version = 4;  // version 3 with an object
constexpr std::uint8_t parts_body_version = 5;   // the same, and parts of the device
constexpr std::uint8_t body_version = 6;         // the same, and short lengths of texts
// Flags of a report, from version 2 on.
constexpr std::uint8_t by_place_flag = 1;
constexpr std::uint8_t takes_back_flag = 2;
constexpr std::uint8_t order_flag = 4;   // version 3
constexpr std::uint8_t object_flag = 8;  // version 4
constexpr std::uint8_t parts_flag = 16;  // version 5
// Flags of an observation, version 3.
constexpr std::uint8_t appraisal_flag = 1;
constexpr std::uint8_t result_flag = 2;
constexpr std::uint8_t part_flag = 4;  // version 5

// Not a topic name that any broker may have.
constexpr std::string_view sender_topic = "#hl7/";
constexpr std::string_view modality_topic = "#dicom/";
// Of a text: one octet, or this one and four.
constexpr std::uint8_t long_text = 0xFF;
// More than any device sends at once; keeps a damaged body from asking for memory.
constexpr std::uint64_t most_observations = 100'000;
// Of one observation without any text or value, in the shortest version.
constexpr std::size_t least_octets = 45;

// Octets of the body: numbers big-endian, texts with their length before them.
class Writer : public OctetWriter {
public:
    using OctetWriter::OctetWriter;

    template <typename Unsigned>
    void number(Unsigned value) {
        OctetWriter::number(static_cast<std::uint64_t>(value), sizeof(Unsigned));
    }
    void text(std::string_view value) {
        if (value.size() >= long_text) number(long_text);
        OctetWriter::text(value, value.size() < long_text ? 1 : sizeof(std::uint32_t));
    }
};

// Reads what Writer wrote, or did when the version was another.
class Reader : public OctetReader {
public:
    using OctetReader::OctetReader;

    // The first octet.
    std::uint8_t read_version() {
        version_ = number<std::uint8_t>();
        return version_;
    }

    template <typename Unsigned>
    Unsigned number() {
        return static_cast<Unsigned>(OctetReader::number(sizeof(Unsigned)));
    }
    std::string text() { return std::string(text_of(take(length()))); }
    template <typename Enum>
    Enum word(Enum last) {
        const auto value = number<std::uint8_t>();
        if (value > static_cast<std::uint8_t>(last)) fail();
        return sound() ? static_cast<Enum>(value) : Enum{};
    }
    Decimal decimal() {
        auto parsed = Decimal::parse(text());
        if (!parsed) fail();
        return parsed ? *std::move(parsed) : Decimal{};
    }

private:
    std::size_t length() {
        const auto octet = version_ < body_version ? long_text : number<std::uint8_t>();
        return octet == long_text ? number<std::uint32_t>() : octet;
    }
    std::uint8_t version_ = 0;
};

struct ValueWriter {
    Writer& out;
    void operator()(const std::monostate& /*none*/) const {}
    void operator()(const Quantity& quantity) const {
        out.text(quantity.value.text());
        out.text(quantity.ucum);
        out.text(quantity.comparator);
    }
    void operator()(const Text& text) const { out.text(text.text); }
    void operator()(const CodedValue& coded) const {
        out.text(coded.system);
        out.text(coded.code);
        out.text(coded.display);
    }
    void operator()(bool truth) const { out.number(static_cast<std::uint8_t>(truth ? 1 : 0)); }
    void operator()(const SampledData& wave) const {
        out.text(wave.origin.text());
        out.text(wave.factor.text());
        out.number(static_cast<std::uint64_t>(wave.period.count()));
        out.text(wave.ucum);
        out.text(wave.samples);
    }
};

Value read_value(Reader& in) {
    switch (in.number<std::uint8_t>()) {
        case 0:
            return std::monostate{};
        case 1: {
            Quantity quantity;
            quantity.value = in.decimal();
            quantity.ucum = in.text();
            quantity.comparator = in.text();
            return quantity;
        }
        case 2:
            return Text{in.text()};
        case 3: {
            CodedValue coded;
            coded.system = in.text();
            coded.code = in.text();
            coded.display = in.text();
            return coded;
        }
        case 4:
            return in.number<std::uint8_t>() != 0;
        case 5: {
            SampledData wave;
            wave.origin = in.decimal();
            wave.factor = in.decimal();
            wave.period = std::chrono::microseconds(in.number<std::int64_t>());
            wave.ucum = in.text();
            wave.samples = in.text();
            return wave;
        }
        default:
            in.fail();
            return std::monostate{};
    }
}

bool is_set(const ResultKey& key) {
    return key != ResultKey{};
}

ResultKey read_key(Reader& in) {
    ResultKey key{};
    const ByteView octets = in.take(key.size());
    std::copy(octets.begin(), octets.end(), key.begin());
    return key;
}

void write_part(Writer& out, const Part& part) {
    out.number(part.vmd);
    out.number(part.channel);
}

Part read_part(Reader& in) {
    Part part;
    part.vmd = in.number<std::uint16_t>();
    part.channel = in.number<std::uint16_t>();
    return part;
}

// Asked of every observation, most of which come by MQTT and say nothing.
bool is_appraised(const Appraisal& appraisal) {
    return appraisal.status != ResultStatus::unverified || appraisal.method != Method::automatic ||
           !appraisal.low.empty() || !appraisal.high.empty() || !appraisal.interpretation.empty();
}

// What an observation has only when its sender says more of it than the value; nothing before version 3.
void write_more(Writer& out, const Observation& observation) {
    const bool appraised = is_appraised(observation.appraisal);
    const bool placed = observation.part != Part{};
    out.number(static_cast<std::uint8_t>((appraised ? appraisal_flag : 0) |
                                         (is_set(observation.result) ? result_flag : 0) |
                                         (placed ? part_flag : 0)));
    if (appraised) {
        const Appraisal& appraisal = observation.appraisal;
        out.number(static_cast<std::uint8_t>(appraisal.status));
        out.number(static_cast<std::uint8_t>(appraisal.method));
        out.text(appraisal.low);
        out.text(appraisal.high);
        out.text(appraisal.interpretation);
    }
    if (is_set(observation.result)) out.octets(observation.result);
    if (placed) write_part(out, observation.part);
}

void read_more(Reader& in, std::uint8_t version, Observation& into) {
    const auto flags = in.number<std::uint8_t>();
    const int known = appraisal_flag | result_flag | (version >= parts_body_version ? part_flag : 0);
    if ((flags & ~known) != 0) in.fail();
    if ((flags & appraisal_flag) != 0) {
        into.appraisal.status = in.word(ResultStatus::wrong_patient);
        into.appraisal.method = in.word(Method::manual_calculation);
        into.appraisal.low = in.text();
        into.appraisal.high = in.text();
        into.appraisal.interpretation = in.text();
    }
    if ((flags & result_flag) != 0) into.result = read_key(in);
    if ((flags & part_flag) != 0) into.part = read_part(in);
}

void write_observation(Writer& out, const Observation& observation) {
    out.octets(observation.id.octets);
    out.number(observation.code.mdc);
    for (const std::string* text :
         {&observation.code.mdc_refid, &observation.code.loinc, &observation.code.snomed,
          &observation.code.display, &observation.code.local_system, &observation.code.local_code}) {
        out.text(*text);
    }
    out.number(static_cast<std::uint8_t>(observation.value.index()));
    std::visit(ValueWriter{out}, observation.value);
    out.number(static_cast<std::uint8_t>(observation.absent));
    out.number(static_cast<std::uint8_t>(observation.quality));
    out.number(static_cast<std::uint8_t>(observation.category));
    out.number(static_cast<std::uint8_t>(observation.mode));
    out.number(static_cast<std::uint64_t>(observation.effective.utc.time_since_epoch().count()));
    out.number(static_cast<std::uint16_t>(observation.effective.offset_minutes));
    out.number(observation.containment);
    out.text(observation.body_site);
    write_more(out, observation);
}

void read_observation(Reader& in, std::uint8_t version, Observation& observation) {
    const ByteView id = in.take(observation.id.octets.size());
    std::copy(id.begin(), id.end(), observation.id.octets.begin());
    observation.code.mdc = in.number<std::uint32_t>();
    for (std::string* text :
         {&observation.code.mdc_refid, &observation.code.loinc, &observation.code.snomed,
          &observation.code.display, &observation.code.local_system, &observation.code.local_code}) {
        *text = in.text();
    }
    observation.value = read_value(in);
    observation.absent = in.word(AbsentReason::masked);
    observation.quality = in.word(Quality::invalid);
    observation.category = in.word(Category::technical);
    observation.mode = in.word(Mode::demo);
    observation.effective.utc = Instant(std::chrono::milliseconds(in.number<std::int64_t>()));
    observation.effective.offset_minutes = static_cast<std::int16_t>(in.number<std::uint16_t>());
    observation.containment = in.number<std::uint16_t>();
    observation.body_site = in.text();
    if (version > 2) read_more(in, version, observation);
}

void write_object(Writer& out, const ObjectReference& object) {
    out.octets(object.name);
    out.octets(object.key);
    out.number(object.octets);
    out.text(object.transfer_syntax);
    out.text(object.sop_class);
    out.text(object.sop_instance);
}

ObjectReference read_object(Reader& in) {
    ObjectReference object;
    std::ranges::copy(in.take(object.name.size()), object.name.begin());
    std::ranges::copy(in.take(object.key.size()), object.key.begin());
    object.octets = in.number<std::uint64_t>();
    object.transfer_syntax = in.text();
    object.sop_class = in.text();
    object.sop_instance = in.text();
    return object;
}

void write_parts(Writer& out, const std::vector<PartName>& parts) {
    out.number(static_cast<std::uint32_t>(parts.size()));
    for (const PartName& name : parts) {
        write_part(out, name.part);
        out.number(name.mdc);
        out.text(name.refid);
    }
}

std::vector<PartName> read_parts(Reader& in) {
    std::vector<PartName> parts;
    const auto count = in.number<std::uint32_t>();
    if (count > most_observations) in.fail();
    for (std::uint32_t i = 0; i < count && in.sound(); ++i) {
        PartName& name = parts.emplace_back();
        name.part = read_part(in);
        name.mdc = in.number<std::uint32_t>();
        name.refid = in.text();
    }
    return parts;
}

// What a version knows of it; version 1 says nothing.
int known_flags(std::uint8_t version) {
    int known = by_place_flag | takes_back_flag;
    if (version > 2) known |= order_flag;
    if (version > 3) known |= object_flag;
    if (version > 4) known |= parts_flag;
    return known;
}

void read_standing(Reader& in, std::uint8_t version, Report& into) {
    const auto flags = version > 1 ? in.number<std::uint8_t>() : std::uint8_t{0};
    if ((flags & ~known_flags(version)) != 0) in.fail();
    into.by_place = (flags & by_place_flag) != 0;
    into.takes_back.reset();
    if ((flags & takes_back_flag) != 0) into.takes_back = in.number<std::uint64_t>();
    into.order = (flags & order_flag) != 0 ? read_key(in) : ResultKey{};
    into.object.reset();
    if ((flags & object_flag) != 0) into.object = read_object(in);
    into.parts.clear();
    if ((flags & parts_flag) != 0) into.parts = read_parts(in);
}

}  // namespace

std::string topic_of_sender(std::string_view sender) {
    return std::string(sender_topic).append(sender);
}

std::optional<std::string_view> sender_of_topic(std::string_view topic) {
    if (!topic.starts_with(sender_topic)) return std::nullopt;
    return topic.substr(sender_topic.size());
}

std::string topic_of_modality(std::string_view sender) {
    return std::string(modality_topic).append(sender);
}

std::optional<std::string_view> modality_of_topic(std::string_view topic) {
    if (!topic.starts_with(modality_topic)) return std::nullopt;
    return topic.substr(modality_topic.size());
}

Bytes encode_body(const Report& report) {
    Bytes body(64 + report.observations.size() * 128);
    Writer out(body);
    out.number(body_version);
    out.number(static_cast<std::uint8_t>(
        (report.by_place ? by_place_flag : 0) | (report.takes_back ? takes_back_flag : 0) |
        (is_set(report.order) ? order_flag : 0) | (report.object ? object_flag : 0) |
        (report.parts.empty() ? 0 : parts_flag)));
    if (report.takes_back) out.number(*report.takes_back);
    if (is_set(report.order)) out.octets(report.order);
    if (report.object) write_object(out, *report.object);
    if (!report.parts.empty()) write_parts(out, report.parts);
    out.text(report.location.ward);
    out.text(report.location.room);
    out.text(report.location.bed);
    out.number(static_cast<std::uint8_t>(report.sequence ? 1 : 0));
    out.number(report.sequence.value_or(0));
    out.number(static_cast<std::uint32_t>(report.observations.size()));
    for (const Observation& observation : report.observations)
        write_observation(out, observation);
    out.finish();
    return body;
}

Result<void> decode_body(ByteView body, Report& into) {
    Reader in(body);
    const auto version = in.read_version();
    if (version == 0 || version > body_version)
        return failure(ErrorKind::corrupt, "report body: expected version 1 to 6");
    read_standing(in, version, into);
    into.location.ward = in.text();
    into.location.room = in.text();
    into.location.bed = in.text();
    const bool has_sequence = in.number<std::uint8_t>() != 0;
    const auto sequence = in.number<std::uint64_t>();
    into.sequence = has_sequence ? std::optional<std::uint64_t>(sequence) : std::nullopt;
    const auto count = in.number<std::uint32_t>();
    if (count > most_observations) return failure(ErrorKind::corrupt, "report body: too many observations");
    into.observations.clear();
    into.observations.reserve(std::min<std::size_t>(count, in.left() / least_octets));
    for (std::uint32_t i = 0; i < count && in.sound(); ++i)
        read_observation(in, version, into.observations.emplace_back());
    if (!in.complete()) return failure(ErrorKind::corrupt, "report body: damaged octets");
    return {};
}

Instant effective_time(const std::vector<Observation>& observations) {
    const auto earliest = std::min_element(observations.begin(), observations.end(),
                                           [](const Observation& left, const Observation& right) {
                                               return left.effective.utc < right.effective.utc;
                                           });
    return earliest == observations.end() ? Instant{} : earliest->effective.utc;
}

}  // namespace edgeward::model
