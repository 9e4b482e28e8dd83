// For tests: files packed in memory, good ones and such as lie about what is in them.
#pragma once

#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"

namespace tradewind::engine {

// With a gzip header (window bits 31), or raw for zip archives (-15).
inline std::string deflated(std::string_view text, int window_bits) {
    z_stream stream{};
    CHECK(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

inline std::string gzip(std::string_view text) {
    return deflated(text, 31);
}

inline std::string zstd(std::string_view text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
    ZSTD_freeCCtx(context);
    return packed;
}

struct ZipMember {
    std::string name;
    std::string text;
    // What the archive says that it unpacks to; nothing: the truth.
    std::int64_t claimed_bytes = -1;
};

// A zip archive (APPNOTE.TXT 4.3) of deflated members.
inline std::string zip(const std::vector<ZipMember>& members) {
    std::string archive;
    std::string directory;
    for (const ZipMember& member : members) {
        const std::string packed = deflated(member.text, -15);
        const auto claimed = static_cast<std::uint32_t>(
            member.claimed_bytes < 0 ? static_cast<std::int64_t>(member.text.size())
                                     : member.claimed_bytes
        );
        const auto checksum = static_cast<std::uint32_t>(crc32(
            0,
            reinterpret_cast<const Bytef*>(member.text.data()),
            static_cast<uInt>(member.text.size())
        ));
        const auto header_at = static_cast<std::uint32_t>(archive.size());
        std::string common;
        put_fixed<std::uint16_t>(common, 20);
        put_fixed<std::uint16_t>(common, 0);
        put_fixed<std::uint16_t>(common, 8);
        put_fixed<std::uint32_t>(common, 0);
        put_fixed<std::uint32_t>(common, checksum);
        put_fixed<std::uint32_t>(common, static_cast<std::uint32_t>(packed.size()));
        put_fixed<std::uint32_t>(common, claimed);
        put_fixed<std::uint16_t>(common, static_cast<std::uint16_t>(member.name.size()));
        put_fixed<std::uint16_t>(common, 0);
        put_fixed<std::uint32_t>(archive, 0x04034b50);
        archive += common + member.name + packed;
        put_fixed<std::uint32_t>(directory, 0x02014b50);
        put_fixed<std::uint16_t>(directory, 20);
        directory += common;
        directory.append(10, '\0');
        put_fixed<std::uint32_t>(directory, header_at);
        directory += member.name;
    }
    const auto directory_at = static_cast<std::uint32_t>(archive.size());
    archive += directory;
    put_fixed<std::uint32_t>(archive, 0x06054b50);
    put_fixed<std::uint32_t>(archive, 0);
    put_fixed<std::uint16_t>(archive, static_cast<std::uint16_t>(members.size()));
    put_fixed<std::uint16_t>(archive, static_cast<std::uint16_t>(members.size()));
    put_fixed<std::uint32_t>(archive, static_cast<std::uint32_t>(directory.size()));
    put_fixed<std::uint32_t>(archive, directory_at);
    put_fixed<std::uint16_t>(archive, 0);
    return archive;
}

// The members of a workbook with one sheet; `rows` is the XML between <sheetData> and its end.
inline std::vector<ZipMember> workbook_members(const std::string& rows) {
    const std::string start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    const std::string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const std::string types = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    const std::string relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    const std::string document =
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    return {
        {"[Content_Types].xml",
         start + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">" +
             "<Default Extension=\"rels\" ContentType=\"application/"
             "vnd.openxmlformats-package.relationships+xml\"/>" +
             "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" + types +
             "sheet.main+xml\"/>" +
             "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" + types +
             "worksheet+xml\"/></Types>"},
        {"_rels/.rels",
         start + "<Relationships xmlns=\"" + relations + "\"><Relationship Id=\"rId1\" Type=\"" +
             document + "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
        {"xl/workbook.xml",
         start + "<workbook xmlns=\"" + main + "\" xmlns:r=\"" + document +
             "\"><sheets><sheet name=\"Orders &amp; more\" sheetId=\"1\" r:id=\"rId1\"/></sheets>"
             "</workbook>"},
        {"xl/_rels/workbook.xml.rels",
         start + "<Relationships xmlns=\"" + relations + "\"><Relationship Id=\"rId1\" Type=\"" +
             document + "/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
        {"xl/worksheets/sheet1.xml",
         start + "<worksheet xmlns=\"" + main + "\"><sheetData>" + rows + "</sheetData></worksheet>"
        },
    };
}

// One row of a sheet: text cells, or numbers where they look like one.
inline std::string sheet_row(int number, const std::vector<std::string>& cells) {
    std::string xml = "<row r=\"" + std::to_string(number) + "\">";
    char column = 'A';
    for (const std::string& cell : cells) {
        const std::string place = std::string(1, column++) + std::to_string(number);
        const bool numeric =
            !cell.empty() && cell.find_first_not_of("0123456789.-") == std::string::npos;
        xml += numeric ? "<c r=\"" + place + "\"><v>" + cell + "</v></c>"
                       : "<c r=\"" + place + "\" t=\"inlineStr\"><is><t>" + cell + "</t></is></c>";
    }
    return xml + "</row>";
}

// The same of a workbook whose days count from 1904; style 1 of its cells shows a day and a time,
// 2 a percentage, 3 a time of day, 4 a day by a format of its own.
inline std::vector<ZipMember> workbook_members_1904(const std::string& rows) {
    std::vector<ZipMember> members = workbook_members(rows);
    const auto put_before = [](std::string& text, const std::string& what, const std::string& at) {
        text.insert(text.find(at), what);
    };
    put_before(members[2].text, "<workbookPr date1904=\"1\"/>", "<sheets>");
    put_before(
        members[3].text,
        "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
        "relationships/styles\" Target=\"/xl/styles.xml\"/>",
        "</Relationships>"
    );
    members.push_back(
        {"xl/styles.xml",
         "<styleSheet "
         "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts "
         "count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"d&quot; of &quot;mmm\"/></numFmts>"
         "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
         "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>"
         "<xf numFmtId=\"22\"/><xf numFmtId=\"10\"/><xf numFmtId=\"20\"/><xf "
         "numFmtId=\"164\"/></cellXfs></styleSheet>"}
    );
    return members;
}

}  // namespace tradewind::engine
