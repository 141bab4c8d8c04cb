#include <array>

#include <edgeward/dicom/object.hpp>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcwcache.h>

namespace edgeward::dicom {
namespace {

constexpr std::size_t piece = std::size_t{64} << 10U;

E_TransferSyntax syntax_of(std::string_view uid) {
    return DcmXfer(std::string(uid).c_str()).getXfer();
}

}  // namespace

struct ObjectWriter::State {
    State(Object& written, E_TransferSyntax chosen) : object(written), syntax(chosen) {}

    Object& object;
    E_TransferSyntax syntax;
    std::array<std::uint8_t, piece> buffer{};
    DcmOutputBufferStream stream{buffer.data(), piece};
    DcmWriteCache cache;
    bool ended = false;
};

ObjectWriter::ObjectWriter(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
ObjectWriter::ObjectWriter(ObjectWriter&&) noexcept = default;
ObjectWriter& ObjectWriter::operator=(ObjectWriter&&) noexcept = default;
ObjectWriter::~ObjectWriter() = default;

Result<ObjectWriter> ObjectWriter::begin(Object& object, std::string_view transfer_syntax) {
    const auto syntax = syntax_of(transfer_syntax);
    if (!reads(transfer_syntax) ||
        object.data_set().canWriteXfer(syntax, syntax_of(object.transfer_syntax())) == OFFalse)
        return failure(ErrorKind::invalid_input, "the object cannot be written in that transfer syntax");
    object.data_set().transferInit();
    return ObjectWriter(std::make_unique<State>(object, syntax));
}

Result<ByteView> ObjectWriter::next() {
    State& state = *state_;
    if (state.ended) return ByteView();
    auto& data_set = state.object.data_set();
    const OFCondition written =
        data_set.write(state.stream, state.syntax, EET_UndefinedLength, &state.cache, EGL_withoutGL);
    if (auto sound = state.object.sound(); !sound) return failure(std::move(sound.error()));
    if (written.bad() && written != EC_StreamNotifyClient)
        return failure(ErrorKind::invalid_input, "a DICOM data set cannot be written");
    if (written.good()) {
        data_set.transferEnd();
        state.ended = true;
    }
    void* octets = nullptr;
    offile_off_t count = 0;
    state.stream.flush();
    state.stream.flushBuffer(octets, count);
    return ByteView(static_cast<const std::uint8_t*>(octets), static_cast<std::size_t>(count));
}

bool reads(std::string_view transfer_syntax) {
    const DcmXfer syntax(std::string(transfer_syntax).c_str());
    return syntax.getXfer() != EXS_Unknown && syntax.getStreamCompression() == ESC_none &&
           syntax.isLittleEndian();
}

bool is_uncompressed(std::string_view transfer_syntax) {
    const DcmXfer syntax(std::string(transfer_syntax).c_str());
    return reads(transfer_syntax) && syntax.isNotEncapsulated();
}

}  // namespace edgeward::dicom
