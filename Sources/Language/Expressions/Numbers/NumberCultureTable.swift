/// Number formatting data by culture, from Unicode CLDR: the cultures that share their data on one line.
///
/// `names|decimal|group|group sizes|minus|percent|percent patterns (positive, negative)|currency|currency digits|currency
/// patterns (positive, negative)`; in patterns `n` stands for the number, `$`, `%` and `-` for the symbols.
enum NumberCultureTable {
    static let text = #"""
        af,af-za,en-za|,| |3|-|%|n%|-n%|R|2|$ n|-$ n
        ak,ak-gh|.|,|3|-|%|n%|-n%|GH₵|2|$n|-$n
        am,am-et|.|,|3|-|%|n%|-n%|ብር|2|$ n|-$ n
        ar,ar-eg|.|,|3|-|%|n%|-n%|ج.م.|2|n $|-n $
        ar-ae|.|,|3|-|%|n%|-n%|د.إ.|2|n $|-n $
        ar-bh|.|,|3|-|%|n%|-n%|د.ب.|3|n $|-n $
        ar-dz|,|.|3|-|%|n%|-n%|د.ج.|2|n $|-n $
        ar-in|.|,|3|-|%|n%|-n%|₹|2|n $|-n $
        ar-iq|.|,|3|-|%|n%|-n%|د.ع.|0|n $|-n $
        ar-jo|.|,|3|-|%|n%|-n%|د.أ.|3|n $|-n $
        ar-kw|.|,|3|-|%|n%|-n%|د.ك.|3|n $|-n $
        ar-lb|,|.|3|-|%|n%|-n%|ل.ل.|0|n $|-n $
        ar-ly|,|.|3|-|%|n%|-n%|د.ل.|3|n $|-n $
        ar-ma|,|.|3|-|%|n%|-n%|د.م.|2|n $|-n $
        ar-om|.|,|3|-|%|n%|-n%|ر.ع.|3|n $|-n $
        ar-qa|.|,|3|-|%|n%|-n%|ر.ق.|2|n $|-n $
        ar-sa|.|,|3|-|٪|n%|-n%|ر.س.|2|n $|-n $
        ar-sd|.|,|3|-|%|n%|-n%|ج.س.|2|n $|-n $
        ar-ss|.|,|3|-|%|n%|-n%|£|2|n $|-n $
        ar-sy|.|,|3|-|%|n%|-n%|ل.س.|0|n $|-n $
        ar-tn|,|.|3|-|%|n%|-n%|د.ت.|3|n $|-n $
        ar-ye|.|,|3|-|%|n%|-n%|ر.ي.|0|n $|-n $
        as,as-in,brx,brx-in|.|,|3;2|-|%|n%|-n%|₹|2|$ n|-$ n
        ast,ast-es,el,el-cy,el-gr,it,it-it,lij|,|.|3|-|%|n%|-n%|€|2|n $|-n $
        lij-it,sc,sc-it,sr-latn-me,sr-me|,|.|3|-|%|n%|-n%|€|2|n $|-n $
        az,az-az,az-cyrl-az,az-latn-az|,|.|3|-|%|n%|-n%|₼|2|n $|-n $
        az-ir|,|.|3|-|%|n%|-n%|IRR|0|n $|-n $
        be,be-by,be-latn-by|,| |3|-|%|n %|-n %|BYR|0|n $|-n $
        bem,bem-zm,en-zm|.|,|3|-|%|n%|-n%|K|2|$ n|-$ n
        bg,bg-bg,lv,lv-lv,pt-pt|,| |3|-|%|n%|-n%|€|2|n $|-n $
        bho,bho-in,doi,doi-in,kn,kn-in,ur-in|.|,|3|-|%|n%|-n%|₹|2|$n|-$n
        bho-np,mai-np|.|,|3|-|%|n%|-n%|NPR|2|$ n|-$ n
        bn,bn-bd|.|,|3;2|-|%|n%|-n%|৳|2|n$|-n$
        bn-in,en-in,gu,gu-in,hi,hi-in,kok,kok-in|.|,|3;2|-|%|n%|-n%|₹|2|$n|-$n
        ml,ml-in,mr,mr-in,or,or-in,pa,pa-in|.|,|3;2|-|%|n%|-n%|₹|2|$n|-$n
        sa,sa-in,ta,ta-in,te,te-in|.|,|3;2|-|%|n%|-n%|₹|2|$n|-$n
        bo,bo-cn|.|,|3|-|%|n%|-n%|¥|2|$ n|-$ n
        bo-in,mai,mai-in,mni,mni-in,raj,raj-in,sat|.|,|3|-|%|n%|-n%|₹|2|$ n|-$ n
        sat-in,sd-in|.|,|3|-|%|n%|-n%|₹|2|$ n|-$ n
        br,br-fr,fr,fr-be,fr-fr,fr-mc,sk,sk-sk|,| |3|-|%|n %|-n %|€|2|n $|-n $
        bs,bs-ba,bs-latn-ba|,|.|3|-|%|n%|-n%|KM|2|n $|-n $
        bs-cyrl-ba,sr-cyrl-ba|,|.|3|-|%|n%|-n%|КМ|2|n $|-n $
        ca,ca-es,ca-fr,ca-it,de,de-be,de-de,de-it|,|.|3|-|%|n %|-n %|€|2|n $|-n $
        de-lu,dsb,dsb-de,es,es-es,fr-lu,gl,gl-es|,|.|3|-|%|n %|-n %|€|2|n $|-n $
        hsb,hsb-de,lb,lb-lu,nds,nds-de,nds-nl|,|.|3|-|%|n %|-n %|€|2|n $|-n $
        ca-ad|,|.|3|-|%|n %|-n %|¤|2|n $|-n $
        ce,ce-ru|.|,|3|-|%|n %|-n %|₽|2|n $|-n $
        chr,chr-us,cmn-tw,en,en-ag,en-au,en-ca,en-nz|.|,|3|-|%|n%|-n%|$|2|$n|-$n
        en-sg,en-us,es-cu,es-mx,es-pr,es-sv,es-us,zh-hant|.|,|3|-|%|n%|-n%|$|2|$n|-$n
        zh-hant-tw,zh-sg,zh-tw|.|,|3|-|%|n%|-n%|$|2|$n|-$n
        ckb,ckb-iq|.|,|3|-|%|n%|-n%|د.ع.|0|$ n|-$ n
        cmn,zh,zh-cn,zh-hans,zh-hans-cn|.|,|3|-|%|n%|-n%|¥|2|$n|-$n
        cs,cs-cz|,| |3|-|%|n %|-n %|Kč|2|n $|-n $
        cv,cv-ru,ru,ru-ru,tt,tt-ru|,| |3|-|%|n %|-n %|₽|2|n $|-n $
        cy,cy-gb,en-gb,gd,gd-gb,gv-gb,kw,kw-gb|.|,|3|-|%|n%|-n%|£|2|$n|-$n
        da,da-dk,en-dk|,|.|3|-|%|n %|-n %|kr.|2|n $|-n $
        de-at|,| |3|-|%|n %|-n %|€|2|$ n|-$ n
        de-ch,en-ch,it-ch|.|'|3|-|%|n%|-n%|CHF|2|$ n|$-n
        de-li|.|'|3|-|%|n%|-n%|CHF|2|$ n|-$ n
        dz,dz-bt|.|,|3;2|-|%|n %|-n %|Nu.|2|$ n|-$ n
        en-029,en-bz,en-jm,en-tt,es-419,gv|.|,|3|-|%|n%|-n%|¤|2|$n|-$n
        en-ae|.|,|3|-|%|n%|-n%|AED|2|$ n|-$ n
        en-at|,|.|3|-|%|n %|-n %|€|2|$ n|-$ n
        en-be,en-nl|,|.|3|-|%|n%|-n%|€|2|$n|-$n
        en-bw|.|,|3|-|%|n%|-n%|P|2|$ n|-$ n
        en-de|,|.|3|-|%|n %|-n %|€|2|$n|-$n
        en-fi|,| |3|-|%|n %|-n %|€|2|$n|-$n
        en-hk,yue,yue-hk,zh-hk,zh-hant-hk|.|,|3|-|%|n%|-n%|HK$|2|$n|-$n
        en-id,id,id-id|,|.|3|-|%|n%|-n%|Rp|0|$ n|-$ n
        en-ie,ga,ga-ie,mt,mt-mt|.|,|3|-|%|n%|-n%|€|2|$n|-$n
        en-il|.|,|3|-|%|n%|-n%|₪|2|$n|-$n
        en-my,ms,ms-my|.|,|3|-|%|n%|-n%|RM|2|$ n|-$ n
        en-ng,ig,ig-ng,yo,yo-ng|.|,|3|-|%|n%|-n%|₦|2|$n|-$n
        en-ph,fil,fil-ph,tl,tl-ph|.|,|3|-|%|n%|-n%|₱|2|$n|-$n
        en-sc|.|,|3|-|%|n%|-n%|SR|2|$ n|-$ n
        en-se|,| |3|-|%|n %|-n %|kr|2|n $|-n $
        en-zw|.|,|3|-|%|n%|-n%|US$|2|$n|-$n
        es-ar,es-uy|,|.|3|-|%|n%|-n%|$|2|$ n|-$ n
        es-bo|,|.|3|-|%|n%|-n%|Bs|2|$ n|-$ n
        es-cl|,|.|3|-|%|n%|-n%|$|0|$n|$-n
        es-co|,|.|3|-|%|n%|-n%|$|0|$ n|-$ n
        es-cr|,| |3|-|%|n%|-n%|₡|2|$n|-$n
        es-do|.|,|3|-|%|n%|-n%|RD$|2|$n|-$n
        es-ec|,|.|3|-|%|n%|-n%|$|2|$n|$-n
        es-gt|.|,|3|-|%|n%|-n%|Q|2|$ n|-$ n
        es-hn|.|,|3|-|%|n%|-n%|L|2|$ n|-$ n
        es-ni|.|,|3|-|%|n%|-n%|C$|2|$n|-$n
        es-pa|.|,|3|-|%|n%|-n%|B/.|2|$ n|-$ n
        es-pe|.|,|3|-|%|n%|-n%|S/|2|$ n|-$ n
        es-py|,|.|3|-|%|n%|-n%|Gs.|0|$ n|$ -n
        es-ve|,|.|3|-|%|n%|-n%|Bs.S|2|$ n|$-n
        et,et-ee|,| |3|−|%|n%|-n%|€|2|n $|-n $
        eu,eu-es,eu-fr|,|.|3|−|%|% n|-% n|€|2|n $|-n $
        fa,fa-ir|.|,|3|−|%|n%|-n%|ریال|0|$ n|-$ n
        ff,ff-sn|,| |3|-|%|n%|-n%|F CFA|0|n $|-n $
        fi,fi-fi,lt,lt-lt,sv-fi|,| |3|−|%|n %|-n %|€|2|n $|-n $
        fo,fo-fo|,|.|3|−|%|n %|-n %|¤|2|n $|-n $
        fr-ca|,| |3|-|%|n %|-n %|$|2|n $|-n $
        fr-ch|,| |3|-|%|n%|-n%|CHF|2|n $|-n $
        fur,fur-it,ia-fr|,|.|3|-|%|n%|-n%|€|2|$ n|-$ n
        fy,fy-de,fy-nl|,|.|3|-|%|n%|-n%|€|2|$ n|$ n-
        ha,ha-ng|.|,|3|-|%|n%|-n%|₦|2|$ n|-$ n
        he,he-il|.|,|3|-|%|n%|-n%|₪|2|n $|-n $
        hr,hr-hr,sl,sl-si|,|.|3|−|%|n %|-n %|€|2|n $|-n $
        hr-ba|,|.|3|−|%|n %|-n %|KM|2|n $|-n $
        hu,hu-hu|,| |3|-|%|n%|-n%|Ft|0|n $|-n $
        hy,hy-am|,| |3|-|%|n%|-n%|֏|2|n $|-n $
        ia,ms-bn|,|.|3|-|%|n%|-n%|¤|2|$ n|-$ n
        is,is-is|,|.|3|-|%|n%|-n%|kr|0|n $|-n $
        it-sm|,|.|3|-|%|n%|-n%|¤|2|n $|-n $
        ja,ja-jp|.|,|3|-|%|n%|-n%|￥|0|$n|-$n
        ka,ka-ge|,| |3|-|%|n%|-n%|₾|2|n $|-n $
        kab,kab-dz|,| |3|-|%|n%|-n%|DA|2|n $|-n $
        kk,kk-kz|,| |3|-|%|n%|-n%|₸|2|n $|-n $
        kl,kl-gl|,|.|3|-|%|n %|-n %|¤|2|$n|$-n
        km,km-kh|.|,|3|-|%|n%|-n%|៛|2|n$|-n$
        ko,ko-kr|.|,|3|-|%|n%|-n%|₩|0|$n|-$n
        ks,ks-in|.|،|3|-|%|n%|-n%|₹|2|$n|-$n
        ku,ku-tr|,|.|3|-|%|%n|-%n|₺|2|n $|-n $
        ky,ky-kg|,| |3|-|%|n%|-n%|сом|2|n $|-n $
        lg,lg-ug|.|,|3|-|%|n%|-n%|USh|0|n $|-n $
        ln,ln-cd|,|.|3|-|%|n%|-n%|FC|2|n $|-n $
        lo,lo-la|,|.|3|-|%|n%|-n%|₭|0|$n|$-n
        mfe,mfe-mu|.| |3|-|%|n%|-n%|Rs|2|$ n|-$ n
        mg,mg-mg|.|,|3|-|%|n%|-n%|Ar|0|$ n|-$ n
        mi,mi-nz|.|,|3|-|%|n%|-n%|$|2|$ n|-$ n
        mk,mk-mk|,|.|3|-|%|n %|-n %|ден.|2|n $|-n $
        mn,mn-mn|.|,|3|-|%|n%|-n%|₮|2|$ n|-$ n
        my,my-mm|.|,|3|-|%|n%|-n%|K|0|n $|-n $
        nb,nb-no,nn,nn-no,no,se,se-no,sv|,| |3|−|%|n %|-n %|kr|2|n $|-n $
        sv-se|,| |3|−|%|n %|-n %|kr|2|n $|-n $
        ne,ne-np|.|,|3;2|-|%|n%|-n%|नेरू|2|$ n|-$ n
        nl,nl-be,nl-nl|,|.|3|-|%|n%|-n%|€|2|$ n|$ -n
        nl-aw|,|.|3|-|%|n%|-n%|Afl.|2|$ n|$ -n
        nso,nso-za,st,st-za,zu,zu-za|.|,|3|-|%|n%|-n%|R|2|$ n|-$ n
        oc,oc-fr|,| |3|-|%|n %|-n %|€|2|n$|-n$
        om,om-et,so-et,ti,ti-et|.|,|3|-|%|n%|-n%|Br|2|$ n|-$ n
        om-ke,so-ke,sw-ke|.|,|3|-|%|n%|-n%|Ksh|2|$ n|-$ n
        os|,| |3|-|%|n%|-n%|₾|2|$ n|-$ n
        os-ru|,| |3|-|%|n%|-n%|₽|2|$ n|-$ n
        pa-pk|.|,|3|-|%|n%|-n%|ر|0|$ n|-$ n
        pl,pl-pl,szl,szl-pl|,| |3|-|%|n%|-n%|zł|2|n $|-n $
        ps,ps-af|,|.|3|−|%|n%|-n%|؋|0|$ n|-$ n
        pt,pt-br|,|.|3|-|%|n%|-n%|R$|2|$ n|-$ n
        pt-ao,pt-mz|,| |3|-|%|n%|-n%|¤|2|n $|-n $
        quz,quz-pe|.|,|3|-|%|n %|-n %|S/|2|$ n|-$ n
        ro,ro-ro|,|.|3|-|%|n %|-n %|RON|2|n $|-n $
        ru-ua|,| |3|-|%|n %|-n %|₴|2|n $|-n $
        rw,rw-rw|,|.|3|-|%|n%|-n%|RF|0|$ n|-$ n
        sah,sah-ru|,| |3|-|%|n%|-n%|₽|2|n $|-n $
        sd,ur,ur-pk|.|,|3|-|%|n%|-n%|Rs|0|$ n|-$ n
        shn,shn-mm|.|,|3|-|%|n%|-n%|MMK|0|$ n|-$ n
        si,si-lk|.|,|3|-|%|n%|-n%|රු.|2|$ n|-$ n
        so,so-so|.|,|3|-|%|n%|-n%|S|0|$ n|-$ n
        so-dj|.|,|3|-|%|n%|-n%|Fdj|0|$ n|-$ n
        sq,sq-al|,| |3|-|%|n%|-n%|Lekë|0|n $|-n $
        sq-mk|,| |3|-|%|n%|-n%|den|2|n $|-n $
        sr,sr-cyrl,sr-cyrl-rs,sr-latn,sr-latn-rs,sr-rs|,|.|3|-|%|n%|-n%|RSD|2|n $|-n $
        sw,sw-tz|.|,|3|-|%|n%|-n%|TSh|2|$ n|-$ n
        ta-lk|.|,|3;2|-|%|n%|-n%|Rs.|2|$ n|-$ n
        tg,tg-tj|,| |3|-|%|n%|-n%|сом.|2|n $|-n $
        th,th-th|.|,|3|-|%|n%|-n%|฿|2|$n|-$n
        ti-er|.|,|3|-|%|n%|-n%|Nfk|2|$ n|-$ n
        tk,tk-tm|,| |3|-|%|n %|-n %|TMM|0|n $|-n $
        tn,tn-za|.|'|3|-|%|n%|-n%|R|2|$ n|-$ n
        to,to-to|.|,|3|-|%|n%|-n%|T$|2|$ n|-$ n
        tr,tr-tr|,|.|3|-|%|%n|-%n|₺|2|$n|-$n
        tr-cy|,|.|3|-|%|%n|-%n|€|2|$n|-$n
        ug,ug-cn|.|,|3|-|%|n%|-n%|￥|2|$n|-$n
        uk,uk-ua|,| |3|-|%|n%|-n%|₴|2|n $|-n $
        uz,uz-latn-uz,uz-uz|,| |3|-|%|n%|-n%|soʻm|2|n $|-n $
        uz-cyrl-uz|,| |3|-|%|n%|-n%|сўм|2|n $|-n $
        vi,vi-vn|,|.|3|-|%|n%|-n%|₫|0|n $|-n $
        wae,wae-ch|,|'|3|-|%|n%|-n%|CHF|2|$ n|-$ n
        wo,wo-sn|,|.|3|-|%|n%|-n%|F CFA|0|$ n|-$ n
        xh,xh-za|.| |3|-|%|n%|-n%|R|2|$ n|-$ n
        yi|.|,|3|-|%|n%|-n%|UAH|2|$ n|-$ n
        yi-us|.|,|3|-|%|n%|-n%|US$|2|$ n|-$ n
        """#
}
