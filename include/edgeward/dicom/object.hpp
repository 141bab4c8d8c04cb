#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

class DcmDataset;

// DICOM objects as DCMTK reads them (docs/dicom.md). DCMTK's own log is silent from the first use on: it
// would tell values.
namespace edgeward::dicom {

// The octets of a data set at any place, so that large values stay where they lie. Threads: one at a time.
class OctetSource {
public:
    OctetSource() = default;
    OctetSource(const OctetSource&) = delete;
    OctetSource& operator=(const OctetSource&) = delete;
    virtual ~OctetSource() = default;

    [[nodiscard]] virtual std::uint64_t size() const = 0;
    // As many as `into` holds, fewer only at the end. corrupt: they are damaged or gone.
    virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) = 0;
};

// A data set in memory.
std::shared_ptr<OctetSource> octets_in_memory(std::string octets);

// What is asked of an object before it is accepted or sent. Texts as they stand there, without padding.
struct Header {
    std::string sop_class;
    std::string sop_instance;
    std::string study;   // Study Instance UID
    std::string series;  // Series Instance UID
    std::string modality;
    std::string patient_id;
    std::string issuer;             // of the patient id (0010,0021)
    std::string burned_in;          // (0028,0301)
    std::string conversion_type;    // (0008,0064): of secondary captures
    std::string recognizable;       // (0028,0302)
    std::string time;               // YYYYMMDD or YYYYMMDDHHMMSS of acquisition, content, series or study
    bool has_text_content = false;  // an encapsulated document, or the content tree of a report
};

// A data set whose values over 4 KiB are read from the source when they are needed. One thread.
class Object {
public:
    // `transfer_syntax`: of the octets, by UID. invalid_input: no such syntax, or not a data set in it;
    // misconfigured: DCMTK's data dictionary is missing.
    static Result<Object> read(std::shared_ptr<OctetSource> octets, std::string_view transfer_syntax);

    Object(Object&&) noexcept;
    Object& operator=(Object&&) noexcept;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    ~Object();

    [[nodiscard]] Header header() const;
    // What a person could be named in: all texts as JSON for the inspection of what goes out (docs/dlp.md),
    // tags as names. Codes, dates, numbers and UIDs are not texts.
    [[nodiscard]] std::string texts() const;
    // corrupt: octets that were read from the source since do not open.
    [[nodiscard]] Result<void> sound() const;

    // For those who change or send it.
    [[nodiscard]] DcmDataset& data_set() noexcept;
    [[nodiscard]] const std::string& transfer_syntax() const noexcept;

private:
    struct State;
    explicit Object(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

// Gives the data set of an object piece by piece, in its transfer syntax or another uncompressed one. The
// object is not changed meanwhile and outlives it.
class ObjectWriter {
public:
    // invalid_input: the object cannot be said in that transfer syntax.
    static Result<ObjectWriter> begin(Object& object, std::string_view transfer_syntax);
    ObjectWriter(ObjectWriter&&) noexcept;
    ObjectWriter& operator=(ObjectWriter&&) noexcept;
    ObjectWriter(const ObjectWriter&) = delete;
    ObjectWriter& operator=(const ObjectWriter&) = delete;
    ~ObjectWriter();

    // The next octets, until the next call; empty: that was all. corrupt: octets of the object do not open.
    Result<ByteView> next();

private:
    struct State;
    explicit ObjectWriter(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

// What stands before a data set in a file (PS3.10 section 7.1): a preamble of zeros, "DICM" and the meta
// information.
Bytes file_head(const Header& header, std::string_view transfer_syntax);

// Can a data set in that transfer syntax be read here? Not deflated ones and those in big endian.
bool reads(std::string_view transfer_syntax);
bool is_uncompressed(std::string_view transfer_syntax);

// At most 64 of 0-9 and '.', no component empty or with a leading zero (PS3.5 section 9.1).
bool is_uid(std::string_view text) noexcept;
// "2.25." and the UUID as a decimal number (PS3.5 annex B.2); aborts unless it is a UUID in text form (a
// bug).
std::string uid_of_uuid(std::string_view uuid);

}  // namespace edgeward::dicom
