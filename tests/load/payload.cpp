#include "payload.hpp"

#include "message_times.hpp"
#include "tls_peer.hpp"

namespace edgeward::load {
namespace {

constexpr std::size_t sequence_digits = 10;
constexpr std::size_t patient_digits = 7;
constexpr int samples = 500;

}  // namespace

Content content_of(std::string_view word) {
    if (word == "numerics") return Content::numerics;
    if (word == "numeric") return Content::numeric;
    if (word == "waveform") return Content::waveform;
    give_up("--content is one of numerics numeric waveform");
}

Payload::Payload(Content content, std::size_t size, Persons persons) : persons_(persons) {
    text_ = R"({"ts":")";
    time_ = text_.size();
    text_ += text_of_milliseconds(0);
    text_ += R"(","seq":)";
    sequence_ = text_.size();
    text_ += std::string(sequence_digits, '1');
    text_ += R"(,"patient":")";
    patient_ = text_.size();
    text_ += std::string(patient_digits, '0');
    text_ += content == Content::waveform ? R"(","ecg":[)" : R"(","HR":)";
    value_ = text_.size();
    if (content == Content::numerics)
        add_values(size);
    else if (content == Content::waveform)
        add_samples();
    else
        text_ += "60.0}";
}

void Payload::add_samples() {
    for (int i = 0; i < samples; ++i)
        text_ += std::to_string(1000 + i * 37 % 400) + (i + 1 < samples ? "," : "]}");
}

void Payload::add_values(std::size_t size) {
    text_ += R"(60.0,"ABPSys":118,"ABPDias":61,"ABPMean":80,"PULSE":62,"RESP":12.7,"SpO2":98,)";
    text_ += R"("NBPSys":null,"NBPDias":null,"NBPMean":null)";
    for (std::size_t i = 0; text_.size() + 40 < size && size > 300; ++i) {
        text_ += R"(,"x)" + std::to_string(i) + R"(":{"v":)" + std::to_string(100 + i) +
                 R"(.25,"u":"mV","q":true})";
    }
    text_ += R"(,"fill":")";
    while (text_.size() + 2 < size)
        text_.push_back('.');
    text_ += "\"}";
}

void Payload::put_number(std::size_t at, std::size_t digits, std::uint64_t value) {
    for (std::size_t i = digits; i-- > 0; value /= 10)
        text_[at + i] = static_cast<char>('0' + value % 10);
}

std::string_view Payload::text(std::size_t number, std::int64_t measured_ms) {
    if (measured_ms / 1000 != second_) {
        second_ = measured_ms / 1000;
        const std::string time = text_of_milliseconds(measured_ms);
        text_.replace(time_, time.size(), time);
    }
    put_number(time_ + 20, 3, static_cast<std::uint64_t>(measured_ms % 1000));
    put_number(sequence_, sequence_digits, 1'000'000'000U + static_cast<std::uint64_t>(number));
    put_number(patient_, patient_digits, 1'000'000U + persons_.first + number % persons_.count);
    put_number(value_, 2, 60 + number % 40);
    return text_;
}

}  // namespace edgeward::load
